package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * The benchmarks of an experiment, as read from a settings file.
 *
 * @param benchmarks with different names
 */
public record KifSettings(List<BenchmarkSettings> benchmarks) {

    static final List<String> SCALES = List.of("tiny", "embedded", "standard", "long");

    private static final SettingsFile<KifSettings> FILE = new SettingsFile<>(KifSettings.class);

    /** Checks the values. */
    public KifSettings {
        List<String> names = benchmarks.stream().map(BenchmarkSettings::name).toList();
        require(!names.isEmpty(), "benchmarks", names, "at least one");
        require(
                names.stream().distinct().count() == names.size(),
                "benchmarks",
                names,
                "named differently");
        benchmarks = List.copyOf(benchmarks);
    }

    /**
     * The settings file of a scale.
     *
     * @param scale {@code embedded} (MNIST in the jar, minutes), {@code standard} (four text tasks
     *     on files), {@code long} (fifteen) or {@code tiny} (seconds, to see it run)
     * @throws IllegalArgumentException if there is no such scale
     */
    public static KifSettings scale(String scale) throws IOException {
        return FILE.scale(scale, SCALES);
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public static KifSettings read(Path file) throws IOException {
        return FILE.read(file);
    }

    static KifSettings parse(String json, String name) {
        return FILE.parse(json, name);
    }

    /** All values as JSON. */
    public String toJson() {
        return FILE.toJson(this);
    }
}
