package org.dl4jplugins.mtl.task;

import java.util.Random;

/** One batch of each task in turn. */
record RoundRobin() implements Mixing {

    @Override
    public int next(boolean[] available, long[] batches, int last, Random random) {
        int task = (last + 1) % available.length;
        while (!available[task]) {
            task = (task + 1) % available.length;
        }
        return task;
    }
}
