package org.dl4jplugins.align.ila;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Scores layers by AdaLoRA's importance of weights (arXiv 2303.10512, section 3.2): something that
 * ILA is compared with.
 *
 * <p>For each weight w of an increment, sensitivity {@code I = |w * dL/dw|} and its uncertainty
 * {@code U = |I - mean of I|} are smoothed by exponential averages; the weight's importance is the
 * product of the two averages. As in AdaLoRA a group of weights has the mean of its weights'
 * importance; the group here is all of a layer's A and B, where AdaLoRA ranks single ranks.
 */
public final class SensitivityListener extends IncrementListener {

    /** Averages of a factor's sensitivity and uncertainty, each of the factor's shape. */
    private record Averages(int layer, INDArray sensitivity, INDArray uncertainty) {}

    private final double sensitivityDecay;
    private final double uncertaintyDecay;
    private final Map<String, Averages> averages = new LinkedHashMap<>();

    /** Makes a listener for one training with AdaLoRA's 0.85 for both averages. */
    public SensitivityListener() {
        this(0.85, 0.85);
    }

    /**
     * Makes a listener for one training.
     *
     * @param sensitivityDecay weight of the past in the average of I, at least 0 and below 1
     * @param uncertaintyDecay weight of the past in the average of U, at least 0 and below 1
     */
    public SensitivityListener(double sensitivityDecay, double uncertaintyDecay) {
        super("AdaLoRA-like sensitivity");
        this.sensitivityDecay = decay("sensitivityDecay", sensitivityDecay);
        this.uncertaintyDecay = decay("uncertaintyDecay", uncertaintyDecay);
    }

    private static double decay(String name, double value) {
        Ensure.that(
                value >= 0 && value < 1,
                "%s: %s given, right is at least 0 and below 1",
                name,
                value);
        return value;
    }

    @Override
    void step(ComputationGraph graph, List<Factor> factors, double examples) {
        for (Factor factor : factors) {
            INDArray weight = graph.getParam(factor.key());
            INDArray product = gradient(graph, factor).mul(weight).divi(examples);
            update(factor, Transforms.abs(product, false));
        }
    }

    private void update(Factor factor, INDArray sensitivity) {
        Averages mean =
                averages.computeIfAbsent(
                        factor.key(),
                        key ->
                                new Averages(
                                        factor.layer(),
                                        Nd4j.zerosLike(sensitivity),
                                        Nd4j.zerosLike(sensitivity)));
        mean.sensitivity.muli(sensitivityDecay).addi(sensitivity.mul(1 - sensitivityDecay));
        INDArray uncertainty = Transforms.abs(sensitivity.subi(mean.sensitivity), false);
        mean.uncertainty.muli(uncertaintyDecay).addi(uncertainty.muli(1 - uncertaintyDecay));
    }

    @Override
    double[] scores(int layers) {
        double[] sums = new double[layers];
        long[] weights = new long[layers];
        for (Averages mean : averages.values()) {
            INDArray importance = mean.sensitivity.mul(mean.uncertainty);
            sums[mean.layer] += importance.sumNumber().doubleValue();
            weights[mean.layer] += importance.length();
        }
        for (int i = 0; i < layers; i++) {
            sums[i] /= Math.max(1, weights[i]);
        }
        return sums;
    }
}
