package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;

/** A solver that calls the model once for every interval. */
abstract class OneCallSolver implements Solver {

    @Override
    public final int[] spans(int steps) {
        Require.that(steps >= 1, "steps", steps, "1 or more");
        int[] spans = new int[steps];
        Arrays.fill(spans, 1);
        return spans;
    }

    @Override
    public final boolean reachesZero() {
        return true;
    }

    @Override
    public final int calls(int steps) {
        return spans(steps).length;
    }
}
