package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.LossRuntime;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Computes {@link KlLoss}. */
final class KlLossRuntime extends LossRuntime<KlLoss> {
    private static final long serialVersionUID = 1L;

    KlLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        INDArray x = moments();
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
        double factor = layerConf().getWeight() / elements(x);
        if (!conf.isMiniBatch()) {
            factor /= x.size(0); // DL4J will not divide
        }
        INDArray logs = part(x, 1);
        INDArray variance = Transforms.exp(Moments.clipped(logs), false);
        part(dx, 0).assign(part(x, 0).mul(factor));
        part(dx, 1).assign(variance.subi(1).muli(factor / 2).muli(Moments.inside(logs)));
        return new Pair<>(new DefaultGradient(), dx);
    }

    @Override
    protected double loss(LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        return ofExamples().meanNumber().doubleValue();
    }

    /** [batch, 1]: the loss that a batch of this example alone would have. */
    @Override
    public INDArray computeScoreForExamples(
            double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
        requireBatch();
        INDArray scores = ofExamples().addi(fullNetworkRegScore).reshape('c', input.size(0), 1);
        return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, scores.castTo(dataType));
    }

    /** [batch]. */
    private INDArray ofExamples() {
        INDArray x = moments().castTo(DataType.DOUBLE);
        INDArray logs = Moments.clipped(part(x, 1));
        INDArray mean = part(x, 0);
        INDArray sums = mean.mul(mean).addi(Transforms.exp(logs, true)).subi(1).subi(logs);
        return sums.sum(1, 2, 3).muli(layerConf().getWeight() / 2 / elements(x));
    }

    private INDArray moments() {
        if (input.rank() != 4 || input.size(1) % 2 != 0) {
            throw layerConf().refused("[batch, 2 * channels, height, width]", input);
        }
        return input.castTo(dataType);
    }

    private static double elements(INDArray x) {
        return x.length() / 2.0 / x.size(0);
    }

    private static INDArray part(INDArray x, int i) {
        long channels = x.size(1) / 2;
        return Arrays4.channels(x, i * channels, channels);
    }
}
