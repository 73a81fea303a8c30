package org.dl4jplugins.mtl.balance;

import java.util.Random;

/** Random numbers of a numbered call: the same seed and call always give the same numbers. */
final class Draws {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long call;

    Draws(long seed) {
        this.seed = seed;
    }

    /** The generator of the next call. */
    Random next() {
        return new Random(nextSeed());
    }

    /** The seed of the next call. */
    long nextSeed() {
        long z = seed + GOLDEN * ++call;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** 0 .. n - 1 in random order. */
    static int[] permutation(Random random, int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    void reset() {
        call = 0;
    }

    double[] state() {
        return new double[] {call};
    }

    void restore(Object method, double[] state) {
        Check.state(method, state, state.length == 1 && state[0] >= 0);
        call = (long) state[0];
    }
}
