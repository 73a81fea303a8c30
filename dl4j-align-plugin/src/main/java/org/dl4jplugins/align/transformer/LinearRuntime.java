package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Linear}. */
final class LinearRuntime extends BaseLayer<Linear> implements Freezable {
    private static final long serialVersionUID = 1L;

    private boolean frozen;
    private transient INDArray kept;

    LinearRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
        if (frozen && gradientsFlattened != null) {
            gradientsFlattened.assign(0);
        }
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        setFrozen(frozen);
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        kept = null;
    }

    @Override
    public void clear() {
        super.clear();
        kept = null;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        INDArray z = linear(training, workspaceMgr);
        IActivation activation = layerConf().getActivationFn();
        if (activation instanceof ActivationIdentity) {
            return z;
        }
        if (training) {
            kept = workspaceMgr.dup(ArrayType.ACTIVATIONS, z, 'c');
        }
        INDArray rows = LastAxis.matrix(z);
        activation.getActivation(rows, training);
        return z;
    }

    /** x W + b in a new array. */
    private INDArray linear(boolean training, LayerWorkspaceMgr workspaceMgr) {
        applyDropOutIfNecessary(training, workspaceMgr);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaceMgr);
        INDArray x = dense(input, workspaceMgr, ArrayType.FF_WORKING_MEM);
        LastAxis.check(x, w.size(0), layerId());
        INDArray z =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS,
                        dataType,
                        LastAxis.withWidth(x.shape(), w.size(1)),
                        'c');
        INDArray rows = LastAxis.matrix(z);
        Gemm.multiply(false, LastAxis.matrix(x), false, w, 0, rows);
        if (hasBias()) {
            rows.addiRowVector(
                    getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaceMgr));
        }
        return z;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, true, workspaceMgr);
        INDArray delta = LastAxis.matrix(delta(epsilon, workspaceMgr));
        Gradient gradient = new DefaultGradient();
        if (!frozen) {
            INDArray x = dense(input, workspaceMgr, ArrayType.BP_WORKING_MEM);
            INDArray dw = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
            Gemm.multiply(true, LastAxis.matrix(x), false, delta, 0, dw);
            gradient.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, dw);
            if (hasBias()) {
                INDArray db = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
                delta.sum(db, 0);
                gradient.setGradientFor(DefaultParamInitializer.BIAS_KEY, db);
            }
        }
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        Gemm.multiply(false, delta, true, w, 0, LastAxis.matrix(dx));
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }

    /** The gradient with respect to x W + b. */
    private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        IActivation activation = layerConf().getActivationFn();
        if (activation instanceof ActivationIdentity) {
            return dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        }
        INDArray z = kept == null ? linear(true, workspaceMgr) : kept;
        // copied: activation functions may overwrite both
        INDArray in = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, z, 'c');
        INDArray eps = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, epsilon.castTo(dataType), 'c');
        return activation
                .backprop(LastAxis.matrix(in), LastAxis.matrix(eps))
                .getFirst()
                .reshape(eps.shape());
    }

    private INDArray dense(INDArray a, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return LastAxis.dense(a, dataType, workspaceMgr, type);
    }

    @Override
    public boolean hasBias() {
        return layerConf().isHasBias();
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }
}
