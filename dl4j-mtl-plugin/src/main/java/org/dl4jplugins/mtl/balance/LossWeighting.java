package org.dl4jplugins.mtl.balance;

/** A weighting that looks at the losses alone, so that no task gradients have to be computed. */
@FunctionalInterface
public interface LossWeighting extends Weighting {

    /**
     * The factors of the task losses in the total loss, that is d(total)/d(loss of the task).
     *
     * @param losses [task], mean loss of each task; finite
     * @return [task], the weights
     * @throws IllegalArgumentException if a loss is not finite or out of the method's domain
     */
    double[] weights(double[] losses);

    @Override
    default double[] weights(double[][] gramian, double[] losses) {
        return weights(losses);
    }
}
