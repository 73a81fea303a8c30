package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Linear}. */
final class LinearRuntime extends FreezableRuntime<Linear> {
    private static final long serialVersionUID = 1L;

    private final transient FusedActivation activation;
    private final transient InputActivation inputActivation;

    LinearRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
        inputActivation = new InputActivation(layerConf().getInputActivation());
        activation = new FusedActivation(layerConf().getActivationFn());
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        activation.clear();
    }

    @Override
    public void clear() {
        super.clear();
        activation.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        INDArray z = linear(training, workspaceMgr, ArrayType.ACTIVATIONS);
        activation.apply(z, training, workspaceMgr);
        return z;
    }

    /** x W + b in a new array. */
    private INDArray linear(boolean training, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        applyDropOutIfNecessary(training, workspaceMgr);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaceMgr);
        INDArray x = dense(input, workspaceMgr, ArrayType.FF_WORKING_MEM);
        LastAxis.check(x, w.size(0), this::layerId);
        x = inputActivation.apply(x, ArrayType.FF_WORKING_MEM, workspaceMgr);
        INDArray z = create(workspaceMgr, type, LastAxis.withWidth(x.shape(), w.size(1)));
        if (hasBias()) {
            INDArray b =
                    getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaceMgr);
            LinearProducts.forward(x, w, b, z);
        } else {
            LinearProducts.forward(x, w, null, z);
        }
        return z;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, true, workspaceMgr);
        INDArray delta =
                activation.delta(
                        dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM),
                        () -> linear(true, workspaceMgr, ArrayType.BP_WORKING_MEM),
                        workspaceMgr);
        INDArray z = dense(input, workspaceMgr, ArrayType.BP_WORKING_MEM);
        Gradient gradient = new DefaultGradient();
        if (!isFrozen()) {
            INDArray x = inputActivation.apply(z, ArrayType.BP_WORKING_MEM, workspaceMgr);
            INDArray dw = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
            LinearProducts.weightGradient(x, delta, dw);
            gradient.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, dw);
            if (hasBias()) {
                INDArray db = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
                FusedActivation.sumRows(LastAxis.matrix(delta), db);
                gradient.setGradientFor(DefaultParamInitializer.BIAS_KEY, db);
            }
        }
        INDArray dx = create(workspaceMgr, ArrayType.ACTIVATION_GRAD, input.shape());
        LinearProducts.inputGradient(delta, w, dx);
        inputActivation.backward(z, dx, workspaceMgr);
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }

    @Override
    public boolean hasBias() {
        return layerConf().isHasBias();
    }
}
