package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jplugins.examples.data.ImageSources;
import picocli.CommandLine.Option;

/** The options that the commands of this package share. */
final class ReconOptions {

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description =
                    "embedded (minutes), full (the paper's) or tiny; default ${DEFAULT-VALUE}")
    private String scale;

    @Option(names = "--settings", description = "a settings file, in place of --scale")
    private Path settings;

    @Option(
            names = "--data",
            description = "folder made by fetch-data.sh; default the subset in the jar")
    private Path data;

    @Option(
            names = "--out",
            description = "folder for results and report; default target/recon-SCALE")
    private Path out;

    @Option(
            names = "--workers",
            description =
                    "networks that train at the same time, each with up to 2 GB at full scale;"
                            + " default 2, on one core 1")
    private int workers = Math.min(2, Runtime.getRuntime().availableProcessors());

    ReconSettings settings() throws IOException {
        return settings == null ? ReconSettings.scale(scale) : ReconSettings.read(settings);
    }

    Path data() {
        return data;
    }

    ResultFolder folder() {
        return new ResultFolder(
                (out == null ? Path.of("target", "recon-" + scale) : out).toAbsolutePath());
    }

    ReconExperiment experiment() throws IOException {
        return new ReconExperiment(settings(), ImageSources.of(data), folder(), workers);
    }

    /** Where a search puts its files. */
    ResultFolder searchFolder() {
        return new ResultFolder(folder().path().resolve("search"));
    }

    /** The experiment on training pictures only, a part of them held out for scoring. */
    ReconExperiment searchExperiment() throws IOException {
        ReconSettings settings = settings();
        ImageSources images = ImageSources.of(data).validation(settings.seeds().get(0));
        return new ReconExperiment(settings, images, searchFolder(), workers);
    }
}
