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

/** Computes {@link GaussianSample}. */
final class GaussianSampleRuntime extends AbstractLayer<GaussianSample> {
    private static final long serialVersionUID = 1L;

    GaussianSampleRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        if (input.rank() != 4 || input.size(1) % 3 != 0) {
            throw layerConf().refused("[batch, 3 * channels, height, width]", input);
        }
        INDArray x = input.castTo(dataType);
        INDArray sample = deviation(x).mul(part(x, 2)).addi(part(x, 0));
        return workspaceMgr.dup(ArrayType.ACTIVATIONS, sample, 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray x = input.castTo(dataType);
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
        INDArray ofNoise = deviation(x).muli(epsilon);
        INDArray ofLogVariance = ofNoise.mul(part(x, 2)).muli(0.5).muli(Moments.inside(part(x, 1)));
        part(dx, 0).assign(epsilon);
        part(dx, 1).assign(ofLogVariance);
        part(dx, 2).assign(ofNoise);
        return new Pair<>(new DefaultGradient(), dx);
    }

    private static INDArray deviation(INDArray x) {
        return Moments.deviation(part(x, 1));
    }

    private static INDArray part(INDArray x, int i) {
        long channels = x.size(1) / 3;
        return Arrays4.channels(x, i * channels, channels);
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {}
}
