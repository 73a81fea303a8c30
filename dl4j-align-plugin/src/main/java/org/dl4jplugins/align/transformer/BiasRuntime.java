package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Bias}. */
final class BiasRuntime extends FreezableRuntime<Bias> {
    private static final long serialVersionUID = 1L;

    BiasRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaceMgr);
        LastAxis.check(input, layerConf().getNOut(), layerId());
        INDArray output = workspaceMgr.dup(ArrayType.ACTIVATIONS, input.castTo(dataType), 'c');
        INDArray bias = getParamWithNoise(BiasParams.BIAS, training, workspaceMgr);
        LastAxis.matrix(output).addiRowVector(bias);
        return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        INDArray dx = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon.castTo(dataType), 'c');
        Gradient gradient = new DefaultGradient();
        if (!isFrozen()) {
            INDArray db = gradientViews.get(BiasParams.BIAS);
            LastAxis.matrix(dx).sum(db, 0);
            gradient.setGradientFor(BiasParams.BIAS, db);
        }
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }
}
