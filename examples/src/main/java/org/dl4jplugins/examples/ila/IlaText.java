package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.io.PrintWriter;

/** The outcome on a console. */
final class IlaText {

    private final IlaOutcome outcome;

    IlaText(IlaOutcome outcome) {
        this.outcome = outcome;
    }

    void print(PrintWriter console) throws IOException {
        IlaTables tables = new IlaTables(outcome);
        console.println();
        console.printf(
                "Data %s, model %s, seeds %s%n",
                outcome.setup().data(), outcome.setup().model(), outcome.settings().seeds());
        console.println(tables.stages().text());
        console.println(
                "Test accuracy, mean and standard deviation over seeds and draws; to all: points"
                        + " against LoRA on all layers with the same seed");
        console.println(tables.accuracy().text());
        console.println("Jaccard index of the important layers, mean over pairs of runs");
        console.println(tables.overlaps().text());
        for (String finding : tables.findings()) {
            console.println(finding);
        }
        console.printf("%.0f seconds of training.%n", outcome.seconds());
    }
}
