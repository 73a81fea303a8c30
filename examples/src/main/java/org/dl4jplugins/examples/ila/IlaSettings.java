package org.dl4jplugins.examples.ila;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * Everything that a result of the experiment depends on besides data and model, as read from a
 * settings file.
 *
 * @param tasks names of the data sets
 * @param seeds one run of everything for each; not 0, which ND4J takes as no seed
 * @param trainExamples the first so many of a data set are trained on, 0 for all
 * @param testExamples the first so many are tested on, 0 for all
 * @param maxLength tokens to which a text is cut
 * @param batch texts per step
 * @param rank of every increment
 * @param alpha scale of the increments times their rank
 * @param dropout of the increments' input
 * @param learningRate of Adam: constant in stage 1, falling to 0 in the runs that are compared
 * @param steps of each run that is compared
 * @param window losses whose mean stage 1 watches
 * @param epsilon change of that mean below which the loss is calm
 * @param minimumSteps of stage 1
 * @param maximumSteps of stage 1
 * @param initialScore s at the start of stage 2
 * @param scoreRate Adam's learning rate in stage 2
 * @param scoreSteps of stage 2
 * @param frozen fraction of the least important layers that one run leaves out
 * @param top fractions of the most important layers that runs train
 * @param randomDraws how many random sets of layers of each size are trained for each seed
 * @param baseline fraction of the layers that the other choices train: first, last, by gradient
 *     norm, by sensitivity
 * @param overlaps fractions of the most important layers whose overlap between runs is stated
 */
public record IlaSettings(
        List<String> tasks,
        List<Long> seeds,
        int trainExamples,
        int testExamples,
        int maxLength,
        int batch,
        int rank,
        double alpha,
        double dropout,
        double learningRate,
        int steps,
        int window,
        double epsilon,
        int minimumSteps,
        int maximumSteps,
        double initialScore,
        double scoreRate,
        int scoreSteps,
        double frozen,
        List<Double> top,
        int randomDraws,
        double baseline,
        List<Double> overlaps) {

    static final List<String> SCALES = List.of("tiny", "embedded", "benchmark", "instructions");

    private static final SettingsFile<IlaSettings> FILE = new SettingsFile<>(IlaSettings.class);

    /** Checks the values. */
    public IlaSettings {
        require(!tasks.isEmpty(), "tasks", tasks, "at least one");
        require(!seeds.isEmpty(), "seeds", seeds, "at least one seed");
        require(
                !seeds.contains(0L),
                "seeds",
                seeds,
                "any numbers but 0, which ND4J takes as no seed");
        require(trainExamples >= 0, "trainExamples", trainExamples, "at least 1, or 0 for all");
        require(testExamples >= 0, "testExamples", testExamples, "at least 1, or 0 for all");
        require(maxLength >= 4, "maxLength", maxLength, "at least 4");
        require(batch >= 1, "batch", batch, "at least 1");
        require(rank >= 1, "rank", rank, "at least 1");
        require(learningRate > 0, "learningRate", learningRate, "above 0");
        require(steps >= 1, "steps", steps, "at least 1");
        require(scoreRate > 0, "scoreRate", scoreRate, "above 0");
        require(frozen > 0 && frozen < 1, "frozen", frozen, "between 0 and 1");
        require(randomDraws >= 1, "randomDraws", randomDraws, "at least 1");
        require(isFraction(baseline), "baseline", baseline, "above 0 and at most 1");
        require(top.contains(baseline), "baseline", baseline, "one of top, " + top);
        require(top.stream().allMatch(IlaSettings::isFraction), "top", top, "above 0 and up to 1");
        require(
                overlaps.stream().allMatch(IlaSettings::isFraction),
                "overlaps",
                overlaps,
                "above 0 and up to 1");
        tasks = List.copyOf(tasks);
        seeds = List.copyOf(seeds);
        top = List.copyOf(top);
        overlaps = List.copyOf(overlaps);
    }

    private static boolean isFraction(double value) {
        return value > 0 && value <= 1;
    }

    /**
     * The settings file of a scale.
     *
     * @param scale {@code embedded} (the tasks in the jar, minutes), {@code benchmark} (MiniLM on
     *     files), {@code instructions} (a language model on files) or {@code tiny} (seconds, to see
     *     it run)
     * @throws IllegalArgumentException if there is no such scale
     */
    public static IlaSettings scale(String scale) throws IOException {
        return FILE.scale(scale, SCALES);
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public static IlaSettings read(Path file) throws IOException {
        return FILE.read(file);
    }

    static IlaSettings parse(String json, String name) {
        return FILE.parse(json, name);
    }

    /** All values as JSON. */
    public String toJson() {
        return FILE.toJson(this);
    }

    /** The same with other values of some names. */
    IlaSettings with(Map<String, ?> values) {
        Map<String, Object> all = toMap();
        all.putAll(values);
        return FILE.of(all);
    }

    /** All values by name. */
    Map<String, Object> toMap() {
        return FILE.toMap(this);
    }
}
