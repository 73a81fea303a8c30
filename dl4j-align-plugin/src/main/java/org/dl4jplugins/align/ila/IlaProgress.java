package org.dl4jplugins.align.ila;

import java.util.Locale;

/**
 * One training step of the method.
 *
 * @param stage 1 for the increments, 2 for the scores
 * @param step counted from 1 in each stage
 * @param maximumSteps after which the stage ends at the latest
 * @param loss of this step's batch
 */
public record IlaProgress(int stage, int step, int maximumSteps, double loss) {

    /** {@return one line of text} */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "stage %d, step %d of at most %d: loss %.4f",
                stage,
                step,
                maximumSteps,
                loss);
    }
}
