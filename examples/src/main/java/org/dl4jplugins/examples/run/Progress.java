package org.dl4jplugins.examples.run;

import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar that shows what made the last step. */
public final class Progress implements Consumer<String>, AutoCloseable {

    private final ProgressBar bar;

    /**
     * A bar.
     *
     * @param unit what is counted, for example {@code Epochs}
     * @param steps how many there will be
     */
    public Progress(String unit, int steps) {
        bar =
                new ProgressBarBuilder()
                        .setTaskName(unit)
                        .setInitialMax(steps)
                        .setUpdateIntervalMillis(1000)
                        .build();
    }

    @Override
    public void accept(String run) {
        bar.setExtraMessage(run);
        bar.step();
    }

    @Override
    public void close() {
        bar.close();
    }
}
