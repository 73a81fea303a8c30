package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What a stage ended with.
 *
 * @param seconds that it took, those of interrupted sessions not counted
 * @param metrics numbers by name
 * @param texts lists of texts by name
 * @param series numbers over time by name
 */
record StageResult(
        double seconds,
        Map<String, Double> metrics,
        Map<String, List<String>> texts,
        Map<String, double[]> series) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** An empty result to be filled. */
    static StageResult create() {
        return new StageResult(
                0, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    StageResult metric(String name, double value) {
        metrics.put(name, value);
        return this;
    }

    StageResult texts(String name, List<String> values) {
        texts.put(name, values);
        return this;
    }

    StageResult series(String name, double[] values) {
        series.put(name, values);
        return this;
    }

    StageResult after(double seconds) {
        return new StageResult(seconds, metrics, texts, series);
    }

    void save(Path file) throws IOException {
        AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    static StageResult load(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), StageResult.class);
    }
}
