package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The end of a dense layer, {@code y = act(z)}, in one pass over memory where there is a kernel for
 * the function; what the backward pass needs is kept from a training step until {@link #clear}.
 *
 * <p>Arrays are [..., width] in 'c' order. For runtime layers of one's own.
 */
public final class FusedActivation {
    private final IActivation function;
    private INDArray preActivation;
    private INDArray derivative;

    /**
     * The end of a layer.
     *
     * @param function works in place on matrices, as all of DL4J's do
     */
    public FusedActivation(IActivation function) {
        this.function = function;
    }

    /** Forgets what a forward pass kept. */
    public void clear() {
        preActivation = null;
        derivative = null;
    }

    /**
     * Applies the function in place.
     *
     * @param z pre-activation, overwritten
     * @param training whether a backward pass may follow
     * @param workspaceMgr for what is kept
     */
    public void apply(INDArray z, boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (function instanceof ActivationIdentity) {
            return;
        }
        Supplier<ElementKernel> kernel = ElementKernel.of(function);
        if (kernel != null && FloatRows.fit(z)) {
            if (training) {
                derivative =
                        workspaceMgr.createUninitialized(
                                ArrayType.ACTIVATIONS, z.dataType(), z.shape(), 'c');
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
     * The gradient with respect to z.
     *
     * @param epsilon gradient with respect to y; not changed
     * @param again computes z in a new array, called if no training step kept it
     * @param workspaceMgr for the result, in working memory
     * @return a new array, or epsilon itself for the identity
     */
    public INDArray delta(
            INDArray epsilon, Supplier<INDArray> again, LayerWorkspaceMgr workspaceMgr) {
        if (function instanceof ActivationIdentity) {
            return epsilon;
        }
        if (derivative != null) {
            INDArray delta =
                    workspaceMgr.createUninitialized(
                            ArrayType.BP_WORKING_MEM, epsilon.dataType(), epsilon.shape(), 'c');
            FloatRows.multiply(derivative, epsilon, delta);
            return delta;
        }
        // copied: activation functions may overwrite both
        INDArray z =
                preActivation == null
                        ? again.get()
                        : workspaceMgr.dup(ArrayType.BP_WORKING_MEM, preActivation, 'c');
        INDArray own = workspaceMgr.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
        return function.backprop(LastAxis.matrix(z), LastAxis.matrix(own))
                .getFirst()
                .reshape('c', epsilon.shape());
    }

    /**
     * Writes a row into every row of a matrix: a bias before the product is added.
     *
     * @param matrix [rows, width], overwritten
     * @param row [width] or [1, width]
     */
    public static void fill(INDArray matrix, INDArray row) {
        if (FloatRows.fit(matrix, row)) {
            FloatRows.fill(matrix, row);
        } else {
            matrix.assign(0).addiRowVector(row);
        }
    }

    /**
     * Sums a matrix over its rows: a bias's gradient.
     *
     * @param matrix [rows, width]
     * @param row [width] or [1, width], overwritten
     */
    public static void sumRows(INDArray matrix, INDArray row) {
        if (FloatRows.fit(matrix, row)) {
            FloatRows.sum(matrix, row);
        } else {
            row.assign(matrix.sum(0).reshape(row.shape()));
        }
    }
}
