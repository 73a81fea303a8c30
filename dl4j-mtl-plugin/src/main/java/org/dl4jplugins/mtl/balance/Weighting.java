package org.dl4jplugins.mtl.balance;

/** Task weights from inner products of the task gradients and from the task losses. */
@FunctionalInterface
public interface Weighting extends Balancing {

    /**
     * The weights with which the task gradients are summed: direction = sum over tasks of weight
     * times gradient. A descent updater subtracts the direction.
     *
     * @param gramian [task, task], inner products of the task gradients; symmetric, finite
     * @param losses [task], mean loss of each task; finite
     * @return [task], the weights; may be negative, need not sum to one
     * @throws IllegalArgumentException if a shape is wrong or a value is not finite
     */
    double[] weights(double[][] gramian, double[] losses);
}
