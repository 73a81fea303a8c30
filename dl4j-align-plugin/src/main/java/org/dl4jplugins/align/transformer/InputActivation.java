package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The beginning of a dense layer, {@code x = act(z)}, with z the layer's input. A training step
 * keeps z alone, which is there anyway: x lives in working memory, and the backward pass computes
 * it and the derivative again. A frozen layer can keep the derivative in the place of z.
 *
 * <p>Arrays are [..., width] in 'c' order. For runtime layers of one's own.
 */
public final class InputActivation {
    private final IActivation function;
    private final boolean identity;
    private final Supplier<ElementKernel> kernel;
    private boolean derivativeInPlace;

    /**
     * The beginning of a layer.
     *
     * @param function works in place on matrices, as all of DL4J's do; the identity for none
     */
    public InputActivation(IActivation function) {
        this.function = function;
        identity = function instanceof ActivationIdentity;
        kernel = ElementKernel.of(function);
    }

    /**
     * Whether there is nothing to compute.
     *
     * @return true for the identity
     */
    public boolean isIdentity() {
        return identity;
    }

    /**
     * Computes x.
     *
     * @param z input of the layer; not changed
     * @param type of the result
     * @param workspaceMgr for the result
     * @return a new array, or z itself for the identity
     */
    public INDArray apply(INDArray z, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        if (identity) {
            return z;
        }
        requireInput();
        if (kernel == null || !FloatRows.fit(z)) {
            INDArray x = workspaceMgr.dup(type, z, 'c');
            return function.getActivation(LastAxis.matrix(x), true).reshape('c', z.shape());
        }
        INDArray x = workspaceMgr.createUninitialized(type, z.dataType(), z.shape(), 'c');
        FloatRows.apply(kernel, z, x, null);
        return x;
    }

    /**
     * Computes x, and writes the derivative over z where there is a kernel for the function: for
     * layers whose backward pass needs no x, as they are frozen, and that alone read z.
     *
     * @param z input of the layer, overwritten
     * @param type of the result
     * @param workspaceMgr for the result
     * @return a new array, or z itself for the identity
     * @throws IllegalStateException if z was overwritten already; call {@link #clear} for a new z
     */
    public INDArray applyInPlace(INDArray z, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        if (identity || kernel == null || !FloatRows.fit(z)) {
            return apply(z, type, workspaceMgr);
        }
        requireInput();
        INDArray x = workspaceMgr.createUninitialized(type, z.dataType(), z.shape(), 'c');
        FloatRows.apply(kernel, z, x, z);
        derivativeInPlace = true;
        return x;
    }

    private void requireInput() {
        if (derivativeInPlace) {
            throw new IllegalStateException(
                    "The layer's input was overwritten by a derivative; set inPlace(false)");
        }
    }

    /** Forgets what a forward pass did: the input is a new one. */
    public void clear() {
        derivativeInPlace = false;
    }

    /**
     * Turns the gradient with respect to x into that with respect to z.
     *
     * @param z input of the layer, or what the forward pass left there; not changed
     * @param gradient with respect to x, overwritten
     * @param workspaceMgr for working memory
     */
    public void backward(INDArray z, INDArray gradient, LayerWorkspaceMgr workspaceMgr) {
        if (identity) {
            return;
        }
        if (derivativeInPlace) {
            FloatRows.multiply(z, gradient, gradient);
            return;
        }
        if (kernel != null && FloatRows.fit(z, gradient)) {
            FloatRows.multiplyByDerivative(kernel, z, gradient);
            return;
        }
        // copied: activation functions may overwrite both
        INDArray own = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, z, 'c');
        INDArray dx = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, gradient, 'c');
        INDArray dz = function.backprop(LastAxis.matrix(own), LastAxis.matrix(dx)).getFirst();
        gradient.assign(dz.reshape('c', gradient.shape()));
    }
}
