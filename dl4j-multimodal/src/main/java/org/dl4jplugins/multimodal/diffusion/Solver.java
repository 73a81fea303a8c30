package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A way from noise to data: which times it visits and how a state gets from one to the next.
 * Solvers are immutable; what one sampling must remember is in the {@link Run} it begins.
 */
public interface Solver {

    /**
     * The grid's intervals that each update takes at once.
     *
     * @param steps how often the model may be called, 1 or more
     * @return one positive number for each update, in order
     * @throws IllegalArgumentException if that many calls make no update
     */
    int[] spans(int steps);

    /**
     * How often the model is called.
     *
     * @param steps as asked for, 1 or more
     * @return calls, at most steps
     */
    int calls(int steps);

    /**
     * Whether an update may end at t = 0, where log(alpha / sigma) is infinite.
     *
     * @return false unless overridden
     */
    default boolean reachesZero() {
        return false;
    }

    /**
     * Begins a sampling.
     *
     * @param model what is sampled
     * @param steps as asked for, 1 or more
     * @param random noise for solvers that need it
     * @return updates, to be called once for each of {@link #spans} in order
     */
    Run begin(DiffusionModel model, int steps, NoiseSource random);

    /** The updates of one sampling. */
    @FunctionalInterface
    interface Run {

        /**
         * Goes on to an earlier time.
         *
         * @param x the state at times[0], not to be changed
         * @param times from the state's time down to the result's, with the grid's times in between
         *     if the update spans several intervals
         * @return the state at the last of the times, a new array of x's shape and type
         */
        INDArray update(INDArray x, double... times);
    }
}
