package org.dl4jplugins.multimodal.uvit;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.LossRuntime;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link NoiseLoss}. */
final class NoiseLossRuntime extends LossRuntime<NoiseLoss> {
    private static final long serialVersionUID = 1L;

    NoiseLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        INDArray difference = difference(workspaceMgr, ArrayType.ACTIVATION_GRAD);
        double[] weights = weights();
        keep(mean(losses(difference, weights)));
        INDArray rows = parts(difference, weights.length);
        double factor = 2 * layerConf().getWeight() * batch() / input.length();
        if (!conf.isMiniBatch()) {
            factor /= batch(); // DL4J will not divide
        }
        rows.muliColumnVector(column(weights).muli(factor));
        return new Pair<>(new DefaultGradient(), difference);
    }

    @Override
    protected double loss(LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        return mean(losses(difference(workspaceMgr, ArrayType.FF_WORKING_MEM), weights()));
    }

    /** [batch, 1]: the loss that a batch of this example alone would have. */
    @Override
    public INDArray computeScoreForExamples(
            double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        double[] losses = losses(difference(workspaceMgr, ArrayType.FF_WORKING_MEM), weights());
        INDArray scores = Nd4j.createFromArray(losses).addi(fullNetworkRegScore);
        return workspaceMgr.leverageTo(
                ArrayType.ACTIVATIONS, scores.castTo(dataType).reshape('c', losses.length, 1));
    }

    /** Prediction minus label, in a new array. */
    private INDArray difference(LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        INDArray labels = getLabels();
        if (!Arrays.equals(labels.shape(), input.shape())) {
            throw new DL4JInvalidInputException(
                    id()
                            + ": labels must have the prediction's shape "
                            + Arrays.toString(input.shape())
                            + ", got "
                            + Arrays.toString(labels.shape()));
        }
        INDArray difference = workspaceMgr.createUninitialized(type, dataType, input.shape(), 'c');
        difference.assign(input);
        return difference.subi(labels.castTo(dataType));
    }

    /** The mask's values: one for each example, or one for each token of each example. */
    private double[] weights() {
        int batch = (int) batch();
        if (maskArray == null) {
            double[] ones = new double[batch];
            Arrays.fill(ones, 1);
            return ones;
        }
        long perExample = maskArray.length() / batch;
        boolean right =
                maskArray.rank() <= 2
                        && maskArray.size(0) == batch
                        && (perExample == 1 || input.rank() > 2 && perExample == input.size(1));
        if (!right) {
            throw new DL4JInvalidInputException(
                    id()
                            + ": a label mask must be ["
                            + batch
                            + ", 1]"
                            + (input.rank() > 2 ? " or [" + batch + ", " + input.size(1) + "]" : "")
                            + ", got "
                            + Arrays.toString(maskArray.shape()));
        }
        return maskArray
                .castTo(DataType.DOUBLE)
                .dup('c')
                .reshape('c', batch, perExample)
                .ravel()
                .toDoubleVector();
    }

    /** The weighted loss of each example. */
    private double[] losses(INDArray difference, double[] weights) {
        double[] squares =
                parts(difference, weights.length).norm2(1).castTo(DataType.DOUBLE).toDoubleVector();
        int batch = (int) batch();
        int perExample = weights.length / batch;
        double[] losses = new double[batch];
        for (int i = 0; i < weights.length; i++) {
            losses[i / perExample] += weights[i] * squares[i] * squares[i];
        }
        double factor = layerConf().getWeight() * batch / input.length();
        for (int b = 0; b < batch; b++) {
            losses[b] *= factor;
        }
        return losses;
    }

    private static double mean(double[] losses) {
        return Arrays.stream(losses).sum() / losses.length;
    }

    private static INDArray parts(INDArray dense, int parts) {
        return dense.reshape('c', parts, dense.length() / parts);
    }

    private INDArray column(double[] weights) {
        return Nd4j.createFromArray(weights).castTo(dataType).reshape('c', weights.length, 1);
    }

    private long batch() {
        return input.size(0);
    }

    private String id() {
        return "Layer \"" + layerConf().getLayerName() + "\"";
    }
}
