package org.dl4jplugins.multimodal.data;

import java.util.List;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;

/** Independent random streams from one seed, equal on every machine. */
final class Seeds {
    private Seeds() {}

    /** The generator of one numbered thing of a stream. */
    static RandomGenerator generator(long seed, int stream, long number) {
        return new MersenneTwister(
                new int[] {
                    (int) (seed >>> 32), (int) seed, stream, (int) (number >>> 32), (int) number
                });
    }

    static <T> T choose(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }
}
