package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.metric.AccuracyPage;
import org.dl4jplugins.core.report.HeatMap;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.LineChart;
import org.dl4jplugins.core.report.RunEnvironment;

/** The outcome as HTML pages: a report, and one page of accuracy matrices per benchmark. */
final class KifPage {

    /** Whose matrices the report shows. */
    private static final List<Method> SHOWN =
            List.of(Method.NAIVE, Method.REPLAY, Method.KIF, Method.JOINT);

    /** Whose curves the report shows. */
    private static final List<Method> DRAWN =
            List.of(
                    Method.NAIVE,
                    Method.EWC,
                    Method.REPLAY,
                    Method.OLORA,
                    Method.KIF_CODE,
                    Method.KIF,
                    Method.JOINT);

    private final KifOutcome outcome;
    private final KifTables tables;

    KifPage(KifOutcome outcome) {
        this.outcome = outcome;
        this.tables = new KifTables(outcome);
    }

    void write() throws IOException {
        HtmlReport.Builder page = HtmlReport.builder("Recurrent-KIF: learning task after task");
        for (BenchmarkSettings benchmark : outcome.settings().benchmarks()) {
            if (!outcome.rows(benchmark).isEmpty()) {
                add(page, benchmark);
                matrices(benchmark);
            }
        }
        page.section("Settings").settings(facts()).write(outcome.folder().report());
    }

    private void add(HtmlReport.Builder page, BenchmarkSettings benchmark) {
        int all = Runs.of(benchmark).size();
        page.section(benchmark.title());
        if (outcome.ended(benchmark) < all) {
            page.paragraph(outcome.ended(benchmark) + " of " + all + " runs have ended so far.");
        }
        String paper = benchmark.paper() == null ? "" : " " + KifTables.paper();
        page.table(tables.methods(benchmark), KifTables.setting(benchmark) + paper);
        tables.findings(benchmark).forEach(page::paragraph);
        if (outcome.ablations(benchmark).size() > 1) {
            page.table(
                    tables.ablations(benchmark),
                    "Ablations of Recurrent-KIF on the first order." + paper);
        }
        page.chart(
                curves(benchmark), "Mean accuracy on the tasks seen so far, mean over all runs.");
        for (Method method : SHOWN) {
            AccuracyMatrix matrix = outcome.matrix(benchmark, method);
            if (matrix != null) {
                page.chart(
                        heatMap(method, matrix),
                        "Accuracy on each task over time, first order and seed. All methods: "
                                + outcome.folder().matrices(benchmark.name()).getFileName());
            }
        }
    }

    private LineChart curves(BenchmarkSettings benchmark) {
        LineChart.Builder chart =
                LineChart.builder("Seen so far").axes("tasks learned", "accuracy %");
        for (Method method : drawn(benchmark)) {
            double[] seen = outcome.seen(benchmark, method);
            if (seen != null) {
                double[] x = IntStream.rangeClosed(1, seen.length).asDoubleStream().toArray();
                chart.series(method.title().replaceAll(" \\(.*", ""), x, seen);
            }
        }
        return chart.build();
    }

    /** The best-known methods; all if none of these is there. */
    private static List<Method> drawn(BenchmarkSettings benchmark) {
        List<Method> known = benchmark.methods().stream().filter(DRAWN::contains).toList();
        return known.isEmpty() ? benchmark.methods() : known;
    }

    private static HeatMap heatMap(Method method, AccuracyMatrix matrix) {
        return HeatMap.builder(method.title())
                .rows(matrix.tasks())
                .columns(matrix.tasks())
                .values(matrix.rows())
                .range(0, 100)
                .axes("after", "task")
                .build();
    }

    private void matrices(BenchmarkSettings benchmark) throws IOException {
        AccuracyPage page = new AccuracyPage(benchmark.title());
        boolean any = false;
        for (KifOutcome.Row row : outcome.rows(benchmark)) {
            AccuracyMatrix matrix = outcome.matrix(benchmark, row.method());
            if (matrix != null) {
                page.add(row.method().title(), matrix);
                any = true;
            }
        }
        if (any) {
            page.write(outcome.folder().matrices(benchmark.name()));
        }
    }

    private Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("data", outcome.data());
        for (BenchmarkSettings benchmark : outcome.settings().benchmarks()) {
            benchmark
                    .toMap()
                    .forEach((name, value) -> facts.put(benchmark.name() + " " + name, value));
        }
        facts.put("training seconds", Math.round(outcome.seconds()));
        facts.putAll(RunEnvironment.describe());
        return facts;
    }
}
