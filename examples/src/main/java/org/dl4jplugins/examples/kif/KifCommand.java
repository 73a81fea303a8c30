package org.dl4jplugins.examples.kif;

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
        name = "kif",
        mixinStandardHelpOptions = true,
        description =
                "Recurrent-KIF: learns streams of tasks by it and by the methods to compare with,"
                        + " and tells what each forgets. Interrupted, it goes on where it was.")
public final class KifCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private KifOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        KifExperiment experiment = options.experiment();
        KifOutcome outcome;
        try (Progress progress = new Progress("Tasks", experiment.tasks())) {
            outcome = experiment.run(progress);
        }
        PrintWriter console = spec.commandLine().getOut();
        new KifText(outcome).print(console);
        new KifPage(outcome).write();
        console.println("Report: " + outcome.folder().report());
        console.flush();
        return 0;
    }
}
