package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dl4jplugins.examples.run.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the experiment, prints its tables and writes its report. */
@Command(
        name = "easygen",
        mixinStandardHelpOptions = true,
        description =
                "EasyGen: a bidirectional diffusion model and a small language model learn from"
                        + " nothing to describe, answer and draw scenes. Interrupted, it goes on"
                        + " where it was.")
public final class EasyGenCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description = "embedded (minutes), large (an hour or two) or tiny; default embedded")
    private String scale;

    @Option(names = "--settings", description = "a settings file, in place of --scale")
    private Path settings;

    @Option(
            names = "--out",
            description = "folder for results and report; default target/easygen-SCALE")
    private Path out;

    @Override
    public Integer call() throws IOException {
        EasyGenSettings chosen =
                settings == null ? EasyGenSettings.scale(scale) : EasyGenSettings.read(settings);
        Path folder = out == null ? Path.of("target", "easygen-" + scale) : out;
        EasyGenExperiment experiment =
                new EasyGenExperiment(chosen, new EasyGenFolder(folder.toAbsolutePath()));
        EasyGenOutcome outcome;
        try (Progress progress = new Progress("Steps", experiment.steps())) {
            outcome = experiment.run(progress);
        }
        PrintWriter console = spec.commandLine().getOut();
        new EasyGenText(outcome).print(console);
        new EasyGenPage(outcome).write();
        console.println("Report: " + outcome.folder().report());
        console.flush();
        return 0;
    }
}
