package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a training ended with.
 *
 * @param setup all that the result depends on
 * @param matrix accuracies over time, in percent
 * @param steps [task] gradient steps that each task took
 * @param trainable numbers that learn
 * @param seconds of training and tests
 */
record RunResult(
        String setup, AccuracyMatrix matrix, List<Long> steps, long trainable, double seconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void save(Path file) throws IOException {
        AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    static RunResult load(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), RunResult.class);
    }
}
