package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes {@link Linear}. A training step keeps the derivative of an activation function that has
 * a kernel, the pre-activation of any other.
 */
final class LinearRuntime extends FreezableRuntime<Linear> {
    private static final long serialVersionUID = 1L;

    private transient INDArray preActivation;
    private transient INDArray derivative;

    LinearRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        preActivation = null;
        derivative = null;
    }

    @Override
    public void clear() {
        super.clear();
        preActivation = null;
        derivative = null;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        INDArray z = linear(training, workspaceMgr, ArrayType.ACTIVATIONS);
        IActivation function = layerConf().getActivationFn();
        if (function instanceof ActivationIdentity) {
            return z;
        }
        Supplier<ElementKernel> kernel = ElementKernel.of(function);
        if (kernel != null && FloatRows.fit(z)) {
            if (training) {
                derivative = create(workspaceMgr, ArrayType.ACTIVATIONS, z.shape());
            }
            FloatRows.apply(kernel, z, derivative);
            return z;
        }
        if (training) {
            preActivation = workspaceMgr.dup(ArrayType.ACTIVATIONS, z, 'c');
        }
        function.getActivation(LastAxis.matrix(z), training);
        return z;
    }

    /** x W + b in a new array. */
    private INDArray linear(boolean training, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        applyDropOutIfNecessary(training, workspaceMgr);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaceMgr);
        INDArray x = dense(input, workspaceMgr, ArrayType.FF_WORKING_MEM);
        LastAxis.check(x, w.size(0), layerId());
        INDArray z = create(workspaceMgr, type, LastAxis.withWidth(x.shape(), w.size(1)));
        INDArray rows = LastAxis.matrix(z);
        if (hasBias()) {
            bias(training, rows, workspaceMgr);
        }
        Gemm.multiply(false, LastAxis.matrix(x), false, w, hasBias() ? 1 : 0, rows);
        return z;
    }

    private void bias(boolean training, INDArray rows, LayerWorkspaceMgr workspaceMgr) {
        INDArray b = getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaceMgr);
        if (FloatRows.fit(rows, b)) {
            FloatRows.fill(rows, b);
        } else {
            rows.assign(0).addiRowVector(b);
        }
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, true, workspaceMgr);
        INDArray delta = LastAxis.matrix(delta(epsilon, workspaceMgr));
        Gradient gradient = new DefaultGradient();
        if (!isFrozen()) {
            INDArray x = dense(input, workspaceMgr, ArrayType.BP_WORKING_MEM);
            INDArray dw = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
            Gemm.multiply(true, LastAxis.matrix(x), false, delta, 0, dw);
            gradient.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, dw);
            if (hasBias()) {
                INDArray db = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
                if (FloatRows.fit(delta, db)) {
                    FloatRows.sum(delta, db);
                } else {
                    delta.sum(db, 0);
                }
                gradient.setGradientFor(DefaultParamInitializer.BIAS_KEY, db);
            }
        }
        INDArray dx = create(workspaceMgr, ArrayType.ACTIVATION_GRAD, input.shape());
        Gemm.multiply(false, delta, true, w, 0, LastAxis.matrix(dx));
        weightNoiseParams.clear();
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }

    /** The gradient with respect to x W + b. */
    private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        IActivation function = layerConf().getActivationFn();
        INDArray eps = dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        if (function instanceof ActivationIdentity) {
            return eps;
        }
        if (derivative != null) {
            INDArray delta = create(workspaceMgr, ArrayType.BP_WORKING_MEM, eps.shape());
            FloatRows.multiply(derivative, eps, delta);
            return delta;
        }
        // copied: activation functions may overwrite both
        INDArray z =
                preActivation == null
                        ? linear(true, workspaceMgr, ArrayType.BP_WORKING_MEM)
                        : workspaceMgr.dup(ArrayType.BP_WORKING_MEM, preActivation, 'c');
        INDArray own = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, eps, 'c');
        return function.backprop(LastAxis.matrix(z), LastAxis.matrix(own)).getFirst();
    }

    @Override
    public boolean hasBias() {
        return layerConf().isHasBias();
    }
}
