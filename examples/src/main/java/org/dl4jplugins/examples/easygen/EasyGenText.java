package org.dl4jplugins.examples.easygen;

import java.io.PrintWriter;
import java.util.Arrays;
import org.dl4jplugins.core.report.Table;

/** The outcome on a console. */
final class EasyGenText {

    private final EasyGenOutcome outcome;

    EasyGenText(EasyGenOutcome outcome) {
        this.outcome = outcome;
    }

    void print(PrintWriter console) {
        EasyGenTables tables = new EasyGenTables(outcome);
        console.println();
        console.println(tables.judge());
        console.println(tables.latents().text());
        console.println(tables.diffusion().text());
        for (Table table : Arrays.asList(tables.reading(), tables.drawing())) {
            if (table != null) {
                console.println(table.text());
            }
        }
        console.printf("%.0f seconds of training and tests.%n", outcome.seconds());
    }
}
