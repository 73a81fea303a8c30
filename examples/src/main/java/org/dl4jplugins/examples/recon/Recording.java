package org.dl4jplugins.examples.recon;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.conflict.ConflictTable;

/** The conflicts of a run, over all its sessions. */
final class Recording {

    private final Path file;
    private final ConflictListener listener;
    private ConflictReport earlier;

    /**
     * A recording that has seen nothing.
     *
     * @param file where the report goes when the run has ended
     * @param layers to record; empty for all shared layers
     * @param severities to count at, beside the paper's
     */
    Recording(Path file, List<String> layers, double... severities) {
        this.file = file;
        ConflictListener.Builder builder =
                new ConflictListener.Builder()
                        .thresholds(
                                DoubleStream.concat(
                                                DoubleStream.of(severities),
                                                DoubleStream.of(
                                                        ConflictTable.MULTI_FASHION_MNIST.edges()))
                                        .toArray());
        if (!layers.isEmpty()) {
            builder.layers(layers.toArray(new String[0]));
        }
        listener = builder.build();
    }

    Path file() {
        return file;
    }

    ConflictListener listener() {
        return listener;
    }

    /** Goes on from an earlier session's report. */
    void resume(String json) {
        earlier = ConflictReport.fromJson(json);
    }

    ConflictReport report() {
        ConflictReport now = listener.report();
        return earlier == null ? now : earlier.append(now);
    }
}
