package org.dl4jplugins.mtl.data;

import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;

/** Independent random streams from one seed, equal on every machine. */
final class Seeds {

    private Seeds() {}

    /** The generator of a stream, named by any number of integers. */
    static RandomGenerator generator(long seed, int... stream) {
        int[] words = new int[2 + stream.length];
        words[0] = (int) (seed >>> 32);
        words[1] = (int) seed;
        System.arraycopy(stream, 0, words, 2, stream.length);
        return new MersenneTwister(words);
    }
}
