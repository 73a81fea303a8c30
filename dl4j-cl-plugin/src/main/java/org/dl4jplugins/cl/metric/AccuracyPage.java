package org.dl4jplugins.cl.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jplugins.core.report.HeatMap;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.LineChart;
import org.dl4jplugins.core.report.Table;

/**
 * Accuracy matrices of one or more methods as one HTML page that needs nothing else: the metrics
 * side by side, the accuracy on the tasks seen so far as curves, and each matrix as a heat map.
 *
 * <pre>{@code
 * new AccuracyPage("Split MNIST").add("naive", naive).add("KIF", kif).write(Path.of("cl.html"));
 * }</pre>
 */
public final class AccuracyPage {

    private final String title;
    private final Map<String, AccuracyMatrix> methods = new LinkedHashMap<>();

    /**
     * @param title heading of the page
     */
    public AccuracyPage(String title) {
        this.title = title;
    }

    /**
     * Adds a method.
     *
     * @param method its name
     * @param matrix what it reached; every task must have been learned
     * @return this
     * @throws IllegalArgumentException if the name is there already, the stream of tasks has not
     *     ended, or it has another number of tasks than the first
     */
    public AccuracyPage add(String method, AccuracyMatrix matrix) {
        if (methods.containsKey(method)) {
            throw new IllegalArgumentException("There is a method '" + method + "' already");
        }
        if (!matrix.complete()) {
            throw new IllegalArgumentException(
                    "'" + method + "' has not learned all of " + matrix.tasks());
        }
        int tasks = methods.isEmpty() ? matrix.tasks().size() : first().tasks().size();
        if (matrix.tasks().size() != tasks) {
            throw new IllegalArgumentException(
                    "'" + method + "' has " + matrix.tasks().size() + " tasks, the first " + tasks);
        }
        methods.put(method, matrix);
        return this;
    }

    /**
     * Writes the page.
     *
     * @param file an HTML file, replaced if it exists
     * @throws IOException if it cannot be written
     * @throws IllegalStateException if there is no method, or a value of the lower triangle of a
     *     matrix was not measured
     */
    public void write(Path file) throws IOException {
        if (methods.isEmpty()) {
            throw new IllegalStateException("No method was added");
        }
        HtmlReport.Builder page =
                HtmlReport.builder(title)
                        .section("What was learned, and what was forgotten")
                        .table(
                                metrics(),
                                "OP: mean accuracy after the last task; BWT: what later tasks"
                                        + " changed; forgetting: best ever minus last; AAA: mean"
                                        + " over time of the accuracy on the tasks seen so far.")
                        .chart(curves(), "Mean accuracy on the tasks seen so far.");
        methods.forEach(
                (method, matrix) ->
                        page.section(method)
                                .chart(
                                        heatMap(method, matrix),
                                        "Accuracy on each task over time."));
        page.build().write(file);
    }

    private Table metrics() {
        Table.Builder table =
                Table.builder()
                        .text("method")
                        .number("OP", "%.2f", Table.Best.HIGHEST)
                        .number("BWT", "%.2f", Table.Best.HIGHEST)
                        .number("forgetting", "%.2f", Table.Best.LOWEST)
                        .number("AAA", "%.2f", Table.Best.HIGHEST);
        boolean transfer = first().tasks().size() > 1;
        methods.forEach(
                (method, matrix) ->
                        table.row(
                                method,
                                matrix.overallPerformance(),
                                transfer ? matrix.backwardTransfer() : null,
                                transfer ? matrix.forgetting() : null,
                                matrix.averageAnytimeAccuracy()));
        return table.build();
    }

    private LineChart curves() {
        int tasks = first().tasks().size();
        double[] x = IntStream.rangeClosed(1, tasks).asDoubleStream().toArray();
        LineChart.Builder chart =
                LineChart.builder("Seen so far").axes("tasks learned", "accuracy");
        methods.forEach(
                (method, matrix) ->
                        chart.series(
                                method,
                                x,
                                IntStream.range(0, tasks)
                                        .mapToDouble(matrix::seenAccuracy)
                                        .toArray()));
        return chart.build();
    }

    private static HeatMap heatMap(String method, AccuracyMatrix matrix) {
        List<String> rows = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        if (matrix.initial() != null) {
            rows.add("before");
            values.add(matrix.initial());
        }
        for (int k = 0; k < matrix.tasks().size(); k++) {
            rows.add(matrix.tasks().get(k));
            values.add(matrix.rows()[k]);
        }
        return HeatMap.builder(method)
                .rows(rows)
                .columns(matrix.tasks())
                .values(values.toArray(new double[0][]))
                .axes("after", "task")
                .build();
    }

    private AccuracyMatrix first() {
        return methods.values().iterator().next();
    }
}
