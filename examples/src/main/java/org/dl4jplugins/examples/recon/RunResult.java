package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a run ended with.
 *
 * @param scores on the test data after the last iteration
 * @param megabytes size of the network
 * @param seconds of training, over all its sessions
 */
record RunResult(TaskScores scores, double megabytes, double seconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void save(Path file) throws IOException {
        AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    static RunResult load(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), RunResult.class);
    }
}
