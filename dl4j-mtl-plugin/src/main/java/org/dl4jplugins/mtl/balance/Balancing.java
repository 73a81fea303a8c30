package org.dl4jplugins.mtl.balance;

/**
 * What every balancing method has in common: memory that can be cleared, stored and brought back.
 *
 * <p>A method without memory inherits the empty behavior given here. One object serves one training
 * run: methods with memory are not thread-safe.
 */
public interface Balancing {

    /** Forgets everything learned so far: the next call behaves like the first. */
    default void reset() {}

    /** Tells the method that an epoch of training has ended. */
    default void epochEnded() {}

    /**
     * Whether the memory holds something for each single task, so that every call must bring the
     * same tasks. Random methods that only count their calls answer false.
     *
     * @return true if calls with some of the tasks left out are impossible
     */
    default boolean remembersTasks() {
        return false;
    }

    /**
     * The memory as numbers, for resuming a run bit for bit.
     *
     * @return a copy of the memory; empty if the method has none (yet)
     */
    default double[] state() {
        return new double[0];
    }

    /**
     * Brings back what {@link #state()} returned.
     *
     * @param state numbers from {@link #state()} of a method with the same settings
     * @throws IllegalArgumentException if the numbers cannot come from this method
     */
    default void restore(double[] state) {
        if (state.length != 0) {
            throw new IllegalArgumentException(
                    "state has "
                            + state.length
                            + " numbers, but "
                            + getClass().getSimpleName()
                            + " has no memory: expected 0");
        }
    }
}
