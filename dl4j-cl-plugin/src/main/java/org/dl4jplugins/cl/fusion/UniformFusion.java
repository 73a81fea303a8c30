package org.dl4jplugins.cl.fusion;

import org.dl4jplugins.cl.importance.Importance;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same weights for every element, whatever its importance: what is left of Recurrent-KIF
 * without identification. Weights 1 and 1 add both updates, 0.5 and 0.5 take their mean. Unless
 * both are 1, a fusion allocates two arrays of the parameters' number, one after another.
 *
 * @param inner weight of the inner update
 * @param outer weight of the outer update
 */
public record UniformFusion(double inner, double outer) implements Fusion {

    /**
     * @throws IllegalArgumentException if a weight is not finite
     */
    public UniformFusion {
        if (!Double.isFinite(inner) || !Double.isFinite(outer)) {
            throw new IllegalArgumentException(
                    "inner and outer must be finite, got " + inner + " and " + outer);
        }
    }

    /** {@code theta_0 + inner (theta_1 - theta_0) + outer (theta_2 - theta_1)}. */
    @Override
    public void fuse(
            INDArray start,
            INDArray afterInner,
            INDArray afterOuter,
            Importance innerImportance,
            Importance outerImportance) {
        if (inner == 1 && outer == 1) {
            return;
        }
        afterOuter.muli(outer);
        afterOuter.addi(afterInner.mul(inner - outer));
        afterOuter.addi(start.mul(1 - inner));
    }
}
