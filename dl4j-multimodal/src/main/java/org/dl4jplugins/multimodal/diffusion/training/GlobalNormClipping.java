package org.dl4jplugins.multimodal.diffusion.training;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales the gradient of a whole network down to a norm that it may have at most, as {@code
 * clip_grad_norm_} does in PyTorch. DL4J's own {@code GradientNormalization} clips each layer or
 * parameter by itself, which changes the gradient's direction.
 *
 * <p>The norm is that of the gradient of the mean loss per example, without L1, L2 and weight
 * decay, which the updater adds later. Running statistics, as of batch normalization, are not
 * gradients and are left alone.
 */
public final class GlobalNormClipping extends BaseTrainingListener {

    private final double limit;
    private double lastNorm = Double.NaN;

    /**
     * Limits the norm.
     *
     * @param limit above 0; infinite only to measure
     * @throws IllegalArgumentException if it is not above 0
     */
    public GlobalNormClipping(double limit) {
        Check.that(limit > 0, "limit", limit, "above 0");
        this.limit = limit;
    }

    /**
     * {@return the norm of the last gradient before it was clipped, not a number before the first}
     */
    public double lastNorm() {
        return lastNorm;
    }

    /** {@return the largest norm} */
    public double limit() {
        return limit;
    }

    @Override
    public void onGradientCalculation(Model model) {
        List<INDArray> statistics = statistics(model);
        INDArray gradient = model.getGradientsViewArray();
        List<INDArray> kept = statistics.stream().map(INDArray::dup).toList();
        statistics.forEach(view -> view.assign(0));
        double sum = gradient.norm2Number().doubleValue();
        lastNorm = sum / (model.conf().isMiniBatch() ? model.batchSize() : 1);
        if (lastNorm > limit) {
            gradient.muli(limit / lastNorm);
        }
        for (int i = 0; i < kept.size(); i++) {
            statistics.get(i).assign(kept.get(i));
        }
    }

    private static List<INDArray> statistics(Model model) {
        List<INDArray> views = new ArrayList<>();
        Layer[] layers =
                model instanceof ComputationGraph graph
                        ? graph.getLayers()
                        : ((MultiLayerNetwork) model).getLayers();
        for (int i = 0; i < layers.length; i++) {
            String name =
                    model instanceof ComputationGraph
                            ? layers[i].conf().getLayer().getLayerName()
                            : String.valueOf(i);
            for (String key : layers[i].paramTable().keySet()) {
                INDArray view = model.gradient().getGradientFor(name + "_" + key);
                if (view != null && !layers[i].updaterDivideByMinibatch(key)) {
                    views.add(view);
                }
            }
        }
        return views;
    }
}
