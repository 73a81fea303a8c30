package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a training ended with.
 *
 * @param accuracy percent of the test examples
 * @param loss mean cross-entropy on the test examples, in nats
 * @param layers how many layers learned
 * @param trainable parameters that learned, with the head's
 * @param seconds of training, without the test
 */
record RunResult(double accuracy, double loss, int layers, long trainable, double seconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void save(Path file) throws IOException {
        AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    static RunResult load(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), RunResult.class);
    }
}
