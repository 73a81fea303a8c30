package org.dl4jplugins.examples.recon;

import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar of epochs, with the name of the run that made the last one. */
final class EpochProgress implements Consumer<String>, AutoCloseable {

    private final ProgressBar bar;

    EpochProgress(int epochs) {
        bar =
                new ProgressBarBuilder()
                        .setTaskName("Epochs")
                        .setInitialMax(epochs)
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
