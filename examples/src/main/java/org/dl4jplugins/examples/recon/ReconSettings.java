package org.dl4jplugins.examples.recon;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.examples.run.SettingsFile;

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

    private static final SettingsFile<ReconSettings> FILE = new SettingsFile<>(ReconSettings.class);

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
        return FILE.scale(scale, List.of("tiny", "embedded", "full"));
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public static ReconSettings read(Path file) throws IOException {
        return FILE.read(file);
    }

    static ReconSettings parse(String json, String name) {
        return FILE.parse(json, name);
    }

    /** All values as JSON. */
    public String toJson() {
        return FILE.toJson(this);
    }

    /** All values by name. */
    Map<String, Object> toMap() {
        return FILE.toMap(this);
    }

    /**
     * Claims a results folder for these settings.
     *
     * @throws IllegalArgumentException if it holds results of other settings
     */
    void claim(Path folder) throws IOException {
        FILE.claim(this, folder);
    }
}
