package org.dl4jplugins.mtl.balance;

import java.util.Arrays;
import java.util.Objects;

/**
 * What a {@link GradientBalancer} did in one step, for charts and for checks.
 *
 * @param iteration DL4J's iteration count, 0 for the first step
 * @param epoch DL4J's epoch count, 0 for the first epoch
 * @param losses [task], mean loss of each task before the step
 * @param weights [group][task], factors of the task gradients; one group for the whole model, or
 *     one per shared layer in topological order; no groups if an {@link Aggregator} combined
 */
public record BalancedStep(int iteration, int epoch, double[] losses, double[][] weights) {

    @Override
    public boolean equals(Object other) {
        return other instanceof BalancedStep that
                && iteration == that.iteration
                && epoch == that.epoch
                && Arrays.equals(losses, that.losses)
                && Arrays.deepEquals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                iteration, epoch, Arrays.hashCode(losses), Arrays.deepHashCode(weights));
    }

    @Override
    public String toString() {
        return "BalancedStep[iteration="
                + iteration
                + ", epoch="
                + epoch
                + ", losses="
                + Arrays.toString(losses)
                + ", weights="
                + Arrays.deepToString(weights)
                + "]";
    }
}
