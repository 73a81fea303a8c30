package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link LogitScale}. */
final class LogitScaleRuntime extends ParameterRuntime<LogitScale> {
    private static final long serialVersionUID = 1L;

    LogitScaleRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        return workspaceMgr.dup(ArrayType.ACTIVATIONS, input.castTo(dataType), 'c').muli(factor());
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        double ofFactor = input.castTo(dataType).mul(epsilon).sumNumber().doubleValue();
        Gradient gradient = new DefaultGradient();
        put(gradient, VectorParams.KEY, Nd4j.createFromArray(ofFactor * factor()).castTo(dataType));
        INDArray dx = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon, 'c');
        return new Pair<>(gradient, dx.muli(factor()));
    }

    private double factor() {
        return Math.exp(getParam(VectorParams.KEY).getDouble(0));
    }
}
