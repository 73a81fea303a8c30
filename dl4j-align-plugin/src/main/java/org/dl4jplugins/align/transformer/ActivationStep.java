package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The activation function at the end of a layer, applied in place. A training step keeps what its
 * backward passes need, any number of them: the derivative of a function that has a kernel for
 * FLOAT, the pre-activation of any other, nothing for the identity.
 */
public final class ActivationStep {
    private INDArray derivative;
    private INDArray preActivation;

    /** Forgets the forward pass. */
    public void clear() {
        derivative = null;
        preActivation = null;
    }

    /**
     * Applies the function.
     *
     * @param function elementwise, or along the last axis
     * @param z pre-activations [..., width] in 'c' order without gaps, overwritten
     * @param training whether a backward pass follows
     * @param workspaceMgr the layer's
     */
    public void forward(
            IActivation function, INDArray z, boolean training, LayerWorkspaceMgr workspaceMgr) {
        clear();
        if (function instanceof ActivationIdentity) {
            return;
        }
        Supplier<ElementKernel> kernel = ElementKernel.of(function);
        if (kernel != null && FloatRows.fit(z)) {
            if (training) {
                derivative = like(z, ArrayType.ACTIVATIONS, workspaceMgr);
            }
            FloatRows.apply(kernel, z, derivative);
            return;
        }
        if (training) {
            preActivation = workspaceMgr.dup(ArrayType.ACTIVATIONS, z, 'c');
        }
        function.getActivation(LastAxis.matrix(z), training);
    }

    /**
     * The gradient with respect to the pre-activations.
     *
     * @param function that of the forward pass
     * @param epsilon gradient of the activations, of their type, in 'c' order without gaps; kept
     * @param recompute gives the pre-activations in an array of its own, should the last forward
     *     pass have been one of inference
     * @param workspaceMgr the layer's
     * @return epsilon itself for the identity, else a new array in working memory, which may be the
     *     matrix [rows, width] of the values
     */
    public INDArray backward(
            IActivation function,
            INDArray epsilon,
            Supplier<INDArray> recompute,
            LayerWorkspaceMgr workspaceMgr) {
        if (function instanceof ActivationIdentity) {
            return epsilon;
        }
        if (derivative != null) {
            INDArray delta = like(epsilon, ArrayType.BP_WORKING_MEM, workspaceMgr);
            FloatRows.multiply(derivative, epsilon, delta);
            return delta;
        }
        // copied: activation functions may overwrite both
        INDArray z =
                preActivation == null
                        ? recompute.get()
                        : workspaceMgr.dup(ArrayType.BP_WORKING_MEM, preActivation, 'c');
        INDArray own = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
        return function.backprop(LastAxis.matrix(z), LastAxis.matrix(own)).getFirst();
    }

    private static INDArray like(INDArray a, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        return workspaceMgr.createUninitialized(type, a.dataType(), a.shape(), 'c');
    }
}
