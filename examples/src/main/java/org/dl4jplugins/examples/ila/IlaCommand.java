package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dl4jplugins.examples.run.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the experiment, prints its tables and writes its report. */
@Command(
        name = "ila",
        mixinStandardHelpOptions = true,
        description =
                "ILA: finds the layers that matter for a task, trains LoRA on those only, and"
                        + " compares with all, random, first and last layers. Interrupted, it goes"
                        + " on where it was.")
public final class IlaCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private IlaOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        IlaExperiment experiment = options.experiment();
        IlaOutcome outcome;
        try (Progress progress = new Progress("Runs", experiment.runs())) {
            outcome = experiment.run(progress);
        }
        PrintWriter console = spec.commandLine().getOut();
        new IlaText(outcome).print(console);
        new IlaPage(outcome).write();
        console.println("Report: " + outcome.folder().report());
        console.flush();
        return 0;
    }
}
