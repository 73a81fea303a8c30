package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.PrintWriter;

/** The outcome on a console. */
final class ReconText {

    private final ReconOutcome outcome;

    ReconText(ReconOutcome outcome) {
        this.outcome = outcome;
    }

    void print(PrintWriter console) throws IOException {
        ReconTables tables = new ReconTables(outcome);
        console.println();
        console.println(outcome.plan());
        console.printf(
                "Accuracy after the last iteration, mean and standard deviation over the seeds %s;"
                        + " p: the paper's table 1%n",
                outcome.settings().seeds());
        console.println(tables.accuracy().text());
        console.println(
                "Cosine of the shared gradients, percent of the iterations; p: the paper's table 6");
        console.println(tables.conflicts().text());
        console.println(tables.severity());
        console.println();
        console.println(ReconTables.REDUCTIONS);
        console.println(tables.reductions().text());
        console.printf("%.0f seconds of training.%n", outcome.seconds());
    }
}
