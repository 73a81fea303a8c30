package org.dl4jplugins.mtl.task;

import java.io.Serializable;
import java.util.Random;

/** In which order a {@link MultiTaskIterator} takes batches from its tasks. Stateless. */
public interface Mixing extends Serializable {

    /**
     * Chooses the task of the next batch.
     *
     * @param available for each task whether it has a batch to give; at least one is true
     * @param batches the number of batches of each task's data; null unless {@link #needsSizes}
     * @param last the task of the previous batch, -1 at the start of an epoch
     * @param random the epoch's random numbers
     * @return index of an available task
     */
    int next(boolean[] available, long[] batches, int last, Random random);

    /**
     * @return whether {@link #next} needs the number of batches of each task
     */
    default boolean needsSizes() {
        return false;
    }

    /**
     * One batch of each task in turn; tasks without data are passed over.
     *
     * @return the policy
     */
    static Mixing roundRobin() {
        return new RoundRobin();
    }

    /**
     * A random task at each step, task i with probability proportional to its number of batches.
     *
     * @return the policy
     */
    static Mixing proportional() {
        return new TemperatureMixing(1);
    }

    /**
     * A random task at each step, task i with probability proportional to n_i^(1/temperature),
     * where n_i is its number of batches: 1 is proportional, infinity draws all tasks alike.
     *
     * @param temperature at least 1
     * @return the policy
     * @throws IllegalArgumentException if the temperature is below 1
     */
    static Mixing temperature(double temperature) {
        return new TemperatureMixing(temperature);
    }
}
