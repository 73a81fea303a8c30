package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/** Does stages that have not ended yet, and keeps what they ended with. */
final class Stages {

    /** The work of a stage. */
    @FunctionalInterface
    interface Work {
        StageResult run() throws IOException;
    }

    private final EasyGenFolder folder;
    private final Training training;
    private final Map<String, StageResult> results = new LinkedHashMap<>();

    Stages(EasyGenFolder folder, Training training) {
        this.folder = folder;
        this.training = training;
    }

    /**
     * Does a stage, or reads its result.
     *
     * @param steps how many steps it would tell of
     */
    StageResult run(String stage, int steps, Work work) throws IOException {
        if (Files.exists(folder.result(stage))) {
            training.skip(stage, steps);
            results.put(stage, StageResult.load(folder.result(stage)));
            return results.get(stage);
        }
        long start = System.nanoTime();
        try {
            StageResult result = work.run().after((System.nanoTime() - start) / 1e9);
            result.save(folder.result(stage));
            results.put(stage, result);
            return result;
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
    }

    EasyGenFolder folder() {
        return folder;
    }

    Training training() {
        return training;
    }

    /** What has ended, in order. */
    Map<String, StageResult> results() {
        return results;
    }
}
