package org.dl4jplugins.examples.kif;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.core.report.Table.Best;
import org.dl4jplugins.examples.run.Spread;

/** The outcome in tables and sentences. */
final class KifTables {

    private static final String NUMBER = "%.2f";
    private static final String LARGER_STEPS =
            " A step of replay also takes as many examples from memory, one of DER++ twice as many;"
                    + " all others take one batch.";
    private static final List<Method> RIVALS = List.of(Method.NAIVE, Method.REPLAY, Method.OLORA);

    private final KifOutcome outcome;

    KifTables(KifOutcome outcome) {
        this.outcome = outcome;
    }

    /** All methods on a benchmark, the paper's numbers beside ours if it has some. */
    Table methods(BenchmarkSettings benchmark) {
        boolean paper = benchmark.paper() != null;
        Table.Builder table = columns(paper);
        for (KifOutcome.Row row : outcome.rows(benchmark)) {
            add(table, row, paper, PaperResults.of(benchmark.paper(), row.method()));
        }
        return table.build();
    }

    /** Recurrent-KIF and its ablations on the first order. */
    Table ablations(BenchmarkSettings benchmark) {
        boolean paper = "long".equals(benchmark.paper());
        Table.Builder table = columns(paper);
        for (KifOutcome.Row row : outcome.ablations(benchmark)) {
            add(table, row, paper, PaperResults.ablation(benchmark.paper(), row.method()));
        }
        return table.build();
    }

    private static Table.Builder columns(boolean paper) {
        Table.Builder table =
                Table.builder()
                        .text("method")
                        .number("runs", "%.0f", Best.UNMARKED)
                        .number("OP %", NUMBER, Best.HIGHEST)
                        .number("±", NUMBER, Best.UNMARKED)
                        .number("BWT", NUMBER, Best.HIGHEST)
                        .number("±", NUMBER, Best.UNMARKED)
                        .number("forgetting", NUMBER, Best.LOWEST)
                        .number("FWT", NUMBER, Best.HIGHEST)
                        .number("steps/task", "%.0f", Best.UNMARKED)
                        .number("s/run", "%.1f", Best.UNMARKED);
        if (paper) {
            table.number(PaperResults.BACKBONE + " OP", "%.1f", Best.UNMARKED)
                    .number(PaperResults.BACKBONE + " BWT", "%.1f", Best.UNMARKED);
        }
        return table;
    }

    private static void add(
            Table.Builder table, KifOutcome.Row row, boolean paper, PaperResults.Row theirs) {
        List<Object> cells = new ArrayList<>();
        cells.add(row.method().title());
        cells.add(row.runs());
        add(cells, row.op());
        add(cells, row.bwt());
        cells.add(row.forgetting().mean());
        cells.add(row.fwt().mean());
        cells.add(row.steps());
        cells.add(row.seconds());
        if (paper) {
            cells.add(theirs == null ? null : theirs.op());
            cells.add(theirs == null ? null : theirs.bwt());
        }
        table.row(cells.toArray());
    }

    private static void add(List<Object> cells, Spread spread) {
        cells.add(spread.mean());
        cells.add(spread.deviation());
    }

    /** What the numbers of a benchmark are taken from. */
    static String setting(BenchmarkSettings benchmark) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s, %s, %d tasks; orders %s, seeds %s; %d gradient steps per task for"
                                + " every method, those on memory included, batch %d; OP: mean test"
                                + " accuracy after the last task; BWT: what later tasks changed;"
                                + " mean and standard deviation over runs.",
                        benchmark.model(),
                        benchmark.scenario().toString().toLowerCase(Locale.ROOT).replace('_', '-'),
                        benchmark.orders().get(0).tasks().size(),
                        benchmark.orders().stream().map(Order::name).toList(),
                        benchmark.seeds(),
                        benchmark.steps(),
                        benchmark.batch());
        return benchmark.methods().contains(Method.REPLAY) ? text + LARGER_STEPS : text;
    }

    /** Whose numbers stand beside ours. */
    static String paper() {
        return "Columns "
                + PaperResults.BACKBONE
                + ": the paper's numbers, of another backbone ("
                + PaperResults.BACKBONE
                + ", 770 M parameters, ten epochs per task), mean of its three orders.";
    }

    /** Whether Recurrent-KIF is above what it should be above, one sentence for each rival. */
    List<String> findings(BenchmarkSettings benchmark) {
        List<String> findings = new ArrayList<>();
        for (Method kif : List.of(Method.KIF, Method.KIF_CODE)) {
            for (KifOutcome.Gain gain : outcome.gains(benchmark, kif, RIVALS)) {
                findings.add(sentence(gain));
            }
        }
        for (KifOutcome.Gain gain : outcome.gains(benchmark, Method.KIF, benchmark.ablations())) {
            findings.add(sentence(gain));
        }
        return findings;
    }

    private static String sentence(KifOutcome.Gain gain) {
        boolean op = gain.op().mean() > 0;
        boolean bwt = gain.bwt().mean() > 0;
        String verdict =
                op && bwt
                        ? "above in both"
                        : op
                                ? "above in OP, not in BWT"
                                : bwt ? "above in BWT, not in OP" : "not above";
        return String.format(
                Locale.ROOT,
                "%s against %s: OP %+.2f ± %.2f, BWT %+.2f ± %.2f over %d run%s: %s.",
                gain.method().title(),
                gain.rival().title(),
                gain.op().mean(),
                gain.op().deviation(),
                gain.bwt().mean(),
                gain.bwt().deviation(),
                gain.runs(),
                gain.runs() == 1 ? "" : "s",
                verdict);
    }
}
