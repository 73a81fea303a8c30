package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.examples.run.Progress;
import org.dl4jplugins.mtl.conflict.ConflictPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin private ReconOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ReconExperiment experiment = options.experiment();
        ReconOutcome outcome;
        try (Progress progress = new Progress("Epochs", experiment.epochs())) {
            outcome = experiment.run(progress);
        }
        PrintWriter console = spec.commandLine().getOut();
        new ReconText(outcome).print(console);
        new ReconPage(outcome).write(options.folder().report());
        conflicts(outcome).write(options.folder().conflictPage());
        console.println("Report: " + options.folder().report());
        console.println("Conflicts by layer and epoch: " + options.folder().conflictPage());
        console.flush();
        return 0;
    }

    private static HtmlReport conflicts(ReconOutcome outcome) throws IOException {
        ReconSettings settings = outcome.settings();
        return new ConflictPage.Builder(
                        Method.JOINT.title(false), outcome.conflicts(Method.JOINT, false))
                .severity(settings.severity())
                .top(settings.layers())
                .add(Method.JOINT.title(true), outcome.conflicts(Method.JOINT, true))
                .build();
    }
}
