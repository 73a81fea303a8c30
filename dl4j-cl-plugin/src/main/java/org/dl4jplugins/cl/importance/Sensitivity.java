package org.dl4jplugins.cl.importance;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How much the loss would change if a parameter were set to zero, from the parameter w and its
 * gradient g.
 */
public enum Sensitivity {
    /** First-order Taylor expansion: {@code |w g|}, as in the paper. */
    FIRST_ORDER,
    /** Second order, with the squared gradient for the curvature: {@code (w g)^2}. */
    SECOND_ORDER,
    /** Both: {@code |w g - (w g)^2 / 2|}. */
    MIXED;

    /** From the products w g, which are overwritten. */
    INDArray of(INDArray products) {
        return switch (this) {
            case FIRST_ORDER -> Transforms.abs(products, false);
            case SECOND_ORDER -> products.muli(products);
            case MIXED -> Transforms.abs(products.subi(products.mul(products).muli(0.5)), false);
        };
    }
}
