package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of the experiment. */
final class KifOptions {

    @Option(
            names = "--scale",
            description =
                    "embedded (MNIST, minutes), standard (four text tasks on files), long (fifteen)"
                            + " or tiny; default standard with --data, else embedded")
    private String scale;

    @Option(names = "--settings", description = "a settings file, in place of --scale")
    private Path settings;

    @Option(
            names = "--data",
            description =
                    "folder with train/TASK.json, dev/TASK.json and test/TASK.json; default the"
                            + " pictures in the jar")
    private Path data;

    @Option(
            names = "--dev",
            description =
                    "score on dev examples (held-out pictures) instead of the test's, to choose"
                            + " settings by")
    private boolean dev;

    @Option(
            names = "--out",
            description = "folder for results and report; default target/kif-SCALE")
    private Path out;

    @Option(
            names = "--workers",
            description = "models that train at the same time; default 2, on one core 1")
    private int workers = Math.min(2, Runtime.getRuntime().availableProcessors());

    private String scale() {
        return scale != null ? scale : data == null ? "embedded" : "standard";
    }

    KifSettings settings() throws IOException {
        return settings == null ? KifSettings.scale(scale()) : KifSettings.read(settings);
    }

    KifFolder folder() {
        Path chosen = out == null ? Path.of("target", "kif-" + scale()) : out;
        return new KifFolder(chosen.toAbsolutePath());
    }

    KifExperiment experiment() throws IOException {
        return new KifExperiment(settings(), data, dev, folder(), workers);
    }
}
