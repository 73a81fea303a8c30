package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/**
 * Everything that a result of the experiment depends on, as read from a settings file.
 *
 * @param trainExamples overlays to train on
 * @param testExamples overlays to test on
 * @param mean subtracted from brightness in [0, 1]
 * @param deviation that the rest is divided by
 * @param width channels of ResNet-18's first stage
 * @param hidden units of its dense layer
 * @param batch overlays per step
 * @param epochs passes over the training overlays
 * @param learningRate at the start
 * @param momentum Nesterov momentum
 * @param milestones epochs at which the learning rate drops, ascending
 * @param drop factor of each drop
 * @param methods names of {@link Method}s, joint training among them
 * @param seeds one run of everything for each; not 0, which ND4J takes as no seed
 * @param cagradC radius of CAGrad
 * @param scoringEpochs epochs of the run that scores the layers
 * @param severity S of the conflict score
 * @param layers K, how many layers become task-specific
 * @param reportSeverity the cosine below which the conflict table calls a conflict severe
 */
public record ReconSettings(
        int trainExamples,
        int testExamples,
        double mean,
        double deviation,
        int width,
        int hidden,
        int batch,
        int epochs,
        double learningRate,
        double momentum,
        List<Integer> milestones,
        double drop,
        List<Method> methods,
        List<Long> seeds,
        double cagradC,
        int scoringEpochs,
        double severity,
        int layers,
        double reportSeverity) {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    /** Checks the values. */
    public ReconSettings {
        require(epochs >= 1, "epochs", epochs, "at least 1");
        require(scoringEpochs >= 1, "scoringEpochs", scoringEpochs, "at least 1");
        require(
                batch >= 2 && batch <= trainExamples,
                "batch",
                batch,
                "from 2 to trainExamples (" + trainExamples + ")");
        require(testExamples >= 1, "testExamples", testExamples, "at least 1");
        require(!seeds.isEmpty(), "seeds", seeds, "at least one seed");
        require(
                !seeds.contains(0L),
                "seeds",
                seeds,
                "any numbers but 0, which ND4J takes as no seed");
        require(methods.contains(Method.JOINT), "methods", methods, "joint and others");
        require(
                reportSeverity > -1 && reportSeverity <= 0,
                "reportSeverity",
                reportSeverity,
                "in (-1, 0]");
        milestones = List.copyOf(milestones);
        methods = List.copyOf(methods);
        seeds = List.copyOf(seeds);
    }

    /**
     * The settings file of a scale.
     *
     * @param scale {@code embedded} (minutes), {@code full} (the paper's) or {@code tiny} (seconds,
     *     to see it run)
     * @throws IllegalArgumentException if there is no such scale
     */
    public static ReconSettings scale(String scale) throws IOException {
        try (InputStream in = ReconSettings.class.getResourceAsStream(scale + ".json")) {
            require(in != null, "scale", scale, "one of tiny, embedded, full");
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), scale + ".json");
        }
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public static ReconSettings read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    static ReconSettings parse(String json, String name) {
        try {
            return JSON.readValue(json, ReconSettings.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Settings " + name + " cannot be used: " + e.getOriginalMessage(), e);
        }
    }

    /** All values as JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All values by name. */
    Map<String, Object> toMap() {
        return JSON.convertValue(this, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /**
     * Claims a results folder for these settings.
     *
     * @throws IllegalArgumentException if it holds results of other settings
     */
    void claim(Path folder) throws IOException {
        Path file = folder.resolve("settings.json");
        if (Files.exists(file)) {
            require(
                    read(file).equals(this),
                    "results folder",
                    folder,
                    "a new one: this one holds results of other settings");
        } else {
            AtomicFiles.write(file, toJson());
        }
    }

    private static void require(boolean ok, String name, Object value, String right) {
        if (!ok) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + right);
        }
    }
}
