package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Computes {@link PairSimilarity}. */
final class PairSimilarityRuntime extends AbstractLayer<PairSimilarity> {
    private static final long serialVersionUID = 1L;
    private static final double LEAST = 1e-12;

    PairSimilarityRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (input.rank() != 2 || input.size(1) % 2 != 0) {
            throw layerConf().refused("[batch, 2 * width]", input);
        }
        INDArray cosines = unit(part(0)).mmul(unit(part(1)).transpose());
        return workspaceMgr.dup(ArrayType.ACTIVATIONS, cosines, 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray a = unit(part(0));
        INDArray b = unit(part(1));
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        long width = input.size(1) / 2;
        Arrays4.channels(dx, 0, width).assign(ofVector(part(0), a, epsilon.mmul(b)));
        Arrays4.channels(dx, width, width)
                .assign(ofVector(part(1), b, epsilon.transpose().mmul(a)));
        return new Pair<>(new DefaultGradient(), dx);
    }

    /** From the gradient of unit vectors to that of vectors. */
    private static INDArray ofVector(INDArray vectors, INDArray units, INDArray gradient) {
        INDArray along = units.mul(gradient).sum(true, 1);
        return gradient.sub(units.mulColumnVector(along)).diviColumnVector(lengths(vectors));
    }

    private static INDArray unit(INDArray vectors) {
        return vectors.divColumnVector(lengths(vectors));
    }

    private static INDArray lengths(INDArray vectors) {
        return Transforms.max(vectors.norm2(true, 1), LEAST, false);
    }

    /** [batch, width], a copy. */
    private INDArray part(int i) {
        long width = input.size(1) / 2;
        return Arrays4.channels(input.castTo(dataType), i * width, width).dup('c');
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {}
}
