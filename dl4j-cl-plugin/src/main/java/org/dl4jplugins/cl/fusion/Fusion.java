package org.dl4jplugins.cl.fusion;

import org.dl4jplugins.cl.importance.Importance;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Combines the update of the inner loop (new task) with that of the outer loop (memory), element by
 * element: {@code theta := theta_0 + c_in (theta_1 - theta_0) + c_out (theta_2 - theta_1)}. Its
 * {@code toString} names all settings; checkpoints are told apart by it.
 */
@FunctionalInterface
public interface Fusion {

    /**
     * Fuses. All arrays are [selected], in the order of the importances' selection.
     *
     * @param start theta_0, the parameters before the inner loop
     * @param afterInner theta_1, the parameters after it
     * @param afterOuter theta_2, the parameters after the outer loop; overwritten with the result
     * @param inner importances for the new task
     * @param outer importances for the memory
     */
    void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance inner,
            Importance outer);
}
