package org.dl4jplugins.align.lora;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.FusedActivation;
import org.dl4jplugins.align.transformer.InPlace;
import org.dl4jplugins.align.transformer.InputActivation;
import org.dl4jplugins.align.transformer.Linear;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense layer with increments on the last axis of [batch, ..., in]: {@code act(x W + increments +
 * b)}. The backward pass has the products for dX, dA and dB and none for dW.
 */
final class LinearLoraRuntime extends LoraRuntime {
    private static final long serialVersionUID = 1L;
    private static final String W = DefaultParamInitializer.WEIGHT_KEY;
    private static final String B = DefaultParamInitializer.BIAS_KEY;

    private final boolean hasBias;
    private final boolean masked;
    private final transient AdaptedProduct product;
    private final transient FusedActivation activation;
    private final transient InputActivation inputActivation;

    /**
     * A layer.
     *
     * @param masked whether masks zero the output, as stock dense layers have it
     */
    LinearLoraRuntime(
            NeuralNetConfiguration conf, DataType dataType, boolean hasBias, boolean masked) {
        super(conf, dataType);
        this.hasBias = hasBias;
        this.masked = masked;
        activation = new FusedActivation(linear().getActivationFn());
        inputActivation =
                new InputActivation(
                        linear() instanceof Linear l
                                ? l.getInputActivation()
                                : new ActivationIdentity());
        product = new AdaptedProduct(this, W, InputDropout::independent);
    }

    private FeedForwardLayer linear() {
        return (FeedForwardLayer) layerConf().getUnderlying();
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        forget();
    }

    @Override
    public void clear() {
        super.clear();
        forget();
        IDropout dropout = linear().getIDropout();
        if (dropout != null) {
            dropout.clear();
        }
    }

    private void forget() {
        activation.clear();
        inputActivation.clear();
        product.clear();
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
        assertInputSet(false);
        INDArray z = preOutput(training, mgr, ArrayType.ACTIVATIONS);
        activation.apply(z, training, mgr);
        if (masked && maskArray != null) {
            applyMask(z);
        }
        return z;
    }

    private INDArray preOutput(boolean training, LayerWorkspaceMgr mgr, ArrayType type) {
        dropInput(training, mgr);
        INDArray w = base(W);
        INDArray dense = Dense.of(input, dataType, mgr, ArrayType.FF_WORKING_MEM);
        check(dense, w);
        dense =
                training && mayOverwrite(dense, mgr)
                        ? inputActivation.applyInPlace(dense, ArrayType.FF_WORKING_MEM, mgr)
                        : inputActivation.apply(dense, ArrayType.FF_WORKING_MEM, mgr);
        INDArray z =
                mgr.createUninitialized(
                        type, dataType, Dense.withLast(dense.shape(), w.size(1)), 'c');
        INDArray rows = Dense.rows(z);
        product.forward(Dense.rows(dense), hasBias ? base(B) : null, rows, training, mgr);
        if (masked && maskArray != null) {
            applyMask(rows);
        }
        return z;
    }

    /** Whether nothing needs the input any more after this forward pass. */
    private boolean mayOverwrite(INDArray dense, LayerWorkspaceMgr mgr) {
        return linear() instanceof Linear layer
                && layer.isInPlace()
                && product.isEmpty()
                && layerConf().getTrained().isEmpty()
                && inputModificationAllowed
                && dense == input
                && InPlace.allowed(dense, mgr);
    }

    private void check(INDArray x, INDArray w) {
        if (x.rank() < 2 || x.size(-1) != w.size(0)) {
            throw new DL4JInvalidInputException(
                    "Expected an input [batch, ..., "
                            + w.size(0)
                            + "], got shape "
                            + Arrays.toString(x.shape())
                            + " "
                            + layerId());
        }
    }

    private void dropInput(boolean training, LayerWorkspaceMgr mgr) {
        IDropout dropout = linear().getIDropout();
        if (training && !dropoutApplied && dropout != null) {
            INDArray result =
                    mgr.createUninitialized(ArrayType.INPUT, dataType, input.shape(), 'c');
            input = dropout.applyDropout(input, result, getIterationCount(), getEpochCount(), mgr);
            dropoutApplied = true;
        }
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
        assertInputSet(true);
        INDArray dx;
        boolean below = layerConf().isInputGradient();
        if (below) {
            dx = mgr.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        } else {
            dx = mgr.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
            if (gradientView(B) == null && product.isEmpty()) {
                return new Pair<>(gradients(), dx);
            }
        }
        INDArray delta = Dense.rows(delta(epsilon, mgr));
        INDArray z = Dense.of(input, dataType, mgr, ArrayType.BP_WORKING_MEM);
        INDArray x =
                product.isEmpty()
                        ? z // not read then
                        : inputActivation.apply(z, ArrayType.BP_WORKING_MEM, mgr);
        product.backward(Dense.rows(x), delta, below ? Dense.rows(dx) : null, mgr);
        if (below) {
            inputActivation.backward(z, dx, mgr);
        }
        INDArray db = gradientView(B);
        if (db != null) {
            FusedActivation.sumRows(delta, db);
        }
        IDropout dropout = linear().getIDropout();
        if (below && dropout != null) {
            dropout.backprop(dx, dx, getIterationCount(), getEpochCount());
        }
        return new Pair<>(gradients(), dx);
    }

    /** The gradient with respect to the sum before the activation function. */
    private INDArray delta(INDArray epsilon, LayerWorkspaceMgr mgr) {
        INDArray eps = Dense.of(epsilon, dataType, mgr, ArrayType.BP_WORKING_MEM);
        INDArray delta =
                activation.delta(eps, () -> preOutput(false, mgr, ArrayType.BP_WORKING_MEM), mgr);
        if (masked && maskArray != null) {
            delta = mgr.dup(ArrayType.BP_WORKING_MEM, Dense.rows(delta), 'c');
            applyMask(delta);
        }
        return delta;
    }
}
