package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.dl4jplugins.examples.data.ImageSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the experiment, prints its tables and writes its report. */
@Command(
        name = "recon",
        mixinStandardHelpOptions = true,
        description =
                "Recon on MultiFashion+MNIST: scores the layers of a joint ResNet-18, splits the"
                        + " worst, compares. Interrupted, it goes on where it was.")
public final class ReconCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description =
                    "embedded (minutes), full (the paper's) or tiny; default ${DEFAULT-VALUE}")
    private String scale;

    @Option(names = "--settings", description = "a settings file, in place of --scale")
    private Path settingsFile;

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
            description = "networks that train at the same time; default one per core")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter console = spec.commandLine().getOut();
        ReconSettings settings =
                settingsFile == null
                        ? ReconSettings.scale(scale)
                        : ReconSettings.read(settingsFile);
        ResultFolder folder =
                new ResultFolder(
                        (out == null ? Path.of("target", "recon-" + scale) : out).toAbsolutePath());
        ImageSources images = data == null ? ImageSources.embedded() : ImageSources.read(data);
        ReconExperiment experiment = new ReconExperiment(settings, images, folder, workers);
        ReconOutcome outcome;
        try (ProgressBar progress =
                new ProgressBarBuilder()
                        .setTaskName("Epochs")
                        .setInitialMax(experiment.epochs())
                        .setUpdateIntervalMillis(1000)
                        .build()) {
            outcome =
                    experiment.run(
                            run -> {
                                progress.setExtraMessage(run);
                                progress.step();
                            });
        }
        new ReconText(outcome).print(console);
        new ReconPage(outcome).write(folder.report());
        console.println("Report: " + folder.report());
        console.flush();
        return 0;
    }
}
