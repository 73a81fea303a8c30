package org.dl4jplugins.examples.kif;

import java.io.PrintWriter;

/** The outcome on a console. */
final class KifText {

    private final KifOutcome outcome;

    KifText(KifOutcome outcome) {
        this.outcome = outcome;
    }

    void print(PrintWriter console) {
        KifTables tables = new KifTables(outcome);
        console.println();
        console.println("Data " + outcome.data());
        for (BenchmarkSettings benchmark : outcome.settings().benchmarks()) {
            console.println();
            console.println(benchmark.title());
            console.println(KifTables.setting(benchmark));
            if (benchmark.paper() != null) {
                console.println(KifTables.paper());
            }
            console.println(tables.methods(benchmark).text());
            if (outcome.ablations(benchmark).size() > 1) {
                console.println("Ablations of Recurrent-KIF on the first order");
                console.println(tables.ablations(benchmark).text());
            }
            tables.findings(benchmark).forEach(console::println);
        }
        console.printf("%.0f seconds of training and tests.%n", outcome.seconds());
    }
}
