package org.dl4jplugins.examples.ila;

import java.util.function.Consumer;
import org.dl4jplugins.align.ila.IlaProgress;

/** Measures how long each of ILA's stages takes. */
final class StageClock implements Consumer<IlaProgress> {

    private final long[] ends = new long[3];

    StageClock() {
        ends[0] = System.nanoTime();
    }

    @Override
    public void accept(IlaProgress step) {
        ends[step.stage()] = System.nanoTime();
    }

    /** From the end of the stage before to the end of this one. */
    double seconds(int stage) {
        return (ends[stage] - ends[stage - 1]) / 1e9;
    }
}
