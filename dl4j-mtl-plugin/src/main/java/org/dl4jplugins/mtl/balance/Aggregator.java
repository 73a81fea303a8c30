package org.dl4jplugins.mtl.balance;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A direction from the task gradients, for methods that need more than their inner products. */
@FunctionalInterface
public interface Aggregator extends Balancing {

    /**
     * Combines the task gradients. The arguments are not changed.
     *
     * @param gradients [task, parameter], gradient of each task's mean loss
     * @param losses [task], mean loss of each task
     * @return [parameter], the direction that takes the gradient's place; a descent updater
     *     subtracts it
     * @throws IllegalArgumentException if a shape is wrong or a value is not finite
     */
    INDArray aggregate(INDArray gradients, double[] losses);
}
