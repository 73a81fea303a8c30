package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.dl4jplugins.core.report.BarChart;
import org.dl4jplugins.core.report.Chart;
import org.dl4jplugins.core.report.HeatMap;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/**
 * A report as one HTML page that needs nothing else: the ranking, conflicts by layer and epoch, how
 * stable the ranking is, conflicts by pair of tasks, all numbers, and, if other networks are added,
 * the distribution of cosines before and after.
 *
 * <pre>{@code
 * new ConflictPage.Builder("joint", report).severity(-0.1).top(25)
 *         .add("joint + Recon", after).build().write(Path.of("conflicts.html"));
 * }</pre>
 */
public final class ConflictPage {

    private final Builder settings;
    private final ConflictReport report;
    private final double severity;

    private ConflictPage(Builder settings) {
        this.settings = settings;
        this.report = settings.report;
        this.severity = settings.severity;
    }

    /** Puts the page together. */
    private HtmlReport page() {
        HtmlReport.Builder page =
                HtmlReport.builder("Gradient conflicts: " + settings.name).settings(facts());
        page.section("Which layers the tasks fight over")
                .chart(
                        ranking(),
                        "S-conflict scores: how many pairs of tasks, over all recorded iterations,"
                                + " had a cosine below "
                                + CosineBins.number(severity)
                                + ".");
        page.section("When they fight")
                .chart(
                        overTime(),
                        "Share of the pairs of tasks whose cosine was below "
                                + CosineBins.number(severity)
                                + ".")
                .table(
                        stability(),
                        "Rank distances between the quarters of the training and the whole (0:"
                                + " the same ranking).");
        if (report.tasks().size() > 2) {
            page.section("Who fights").chart(pairs(), "Mean cosine of the whole gradients.");
        }
        if (settings.others.size() > 0) {
            ConflictComparison comparison = comparison();
            page.section("Before and after")
                    .chart(
                            comparison.chart(),
                            comparison.layers().size() + " layers are shared in all networks.")
                    .table(
                            comparison.table(),
                            "Percent of the cosines in each range; reduction of severe conflicts"
                                    + " against "
                                    + settings.name
                                    + ".");
        }
        return page.section("All layers").table(layers(), "Layers in the network's order.").build();
    }

    private Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Tasks", String.join(", ", report.tasks()));
        facts.put("Shared layers", report.layers().size());
        facts.put(
                "Shared parameters",
                report.layers().stream().mapToLong(SharedLayer::parameters).sum());
        facts.put("Recorded iterations", report.iterations());
        facts.put("Recorded every", report.every() == 0 ? "differs" : report.every());
        facts.put("Runs", report.runs());
        facts.put("Severity S", CosineBins.number(severity));
        facts.put(
                "Severe conflicts of layers",
                String.format(
                        Locale.ROOT, "%.2f %%", 100 * report.distribution().shareBelow(severity)));
        facts.put(
                "Severe conflicts of the whole model",
                String.format(
                        Locale.ROOT, "%.2f %%", 100 * report.wholeModel().shareBelow(severity)));
        facts.put("Architecture", report.fingerprint());
        return facts;
    }

    private Chart ranking() {
        BarChart.Builder bars =
                BarChart.builder("Conflict scores at S = " + CosineBins.number(severity))
                        .axis("score");
        List<LayerRanking.Entry> entries = report.ranking(severity).entries();
        for (int i = 0; i < entries.size(); i++) {
            bars.bar(entries.get(i).layer(), entries.get(i).score(), i < settings.top);
        }
        if (settings.top > 0) {
            bars.highlightMeans("the first " + settings.top);
        }
        return bars.build();
    }

    /** By epoch, or by quarter of the training if there was but one epoch. */
    private Chart overTime() {
        List<Integer> epochs = report.epochs();
        boolean quarters = epochs.size() == 1;
        List<String> names = report.layerNames();
        List<String> columns =
                quarters
                        ? List.of("1st quarter", "2nd quarter", "3rd quarter", "4th quarter")
                        : epochs.stream().map(e -> String.valueOf(e + 1)).toList();
        double[][] shares = new double[names.size()][columns.size()];
        for (int row = 0; row < shares.length; row++) {
            LayerConflicts layer = report.layer(names.get(row));
            for (int column = 0; column < columns.size(); column++) {
                CosineDistribution distribution =
                        quarters ? layer.inQuarter(column + 1) : layer.inEpoch(epochs.get(column));
                shares[row][column] =
                        distribution.total() == 0
                                ? Double.NaN
                                : 100 * distribution.shareBelow(severity);
            }
        }
        return HeatMap.builder("Severe conflicts, %")
                .rows(names)
                .columns(columns)
                .axes("layer", quarters ? "part of the training" : "epoch")
                .values(shares)
                .build();
    }

    private Table stability() {
        List<String> names = List.of("1st quarter", "2nd", "3rd", "4th", "whole");
        Table.Builder table = Table.builder().text("rank distance");
        names.forEach(name -> table.number(name, "%.2f", Table.Best.UNMARKED));
        double[][] distances = report.quarterDistances(severity);
        for (int i = 0; i < names.size(); i++) {
            List<Object> cells = new ArrayList<>(List.of(names.get(i)));
            for (double distance : distances[i]) {
                cells.add(distance);
            }
            table.row(cells.toArray());
        }
        return table.build();
    }

    private Chart pairs() {
        List<String> tasks = report.tasks();
        LayerConflicts whole = report.layer(ConflictReport.WHOLE_MODEL);
        Function<String, double[]> row =
                task ->
                        tasks.stream()
                                .mapToDouble(
                                        other ->
                                                task.equals(other)
                                                        ? Double.NaN
                                                        : whole.meanCosine(task, other))
                                .toArray();
        return HeatMap.builder("Mean cosine between tasks")
                .rows(tasks)
                .columns(tasks)
                .values(tasks.stream().map(row).toArray(double[][]::new))
                .diverging()
                .build();
    }

    private ConflictComparison comparison() {
        ConflictComparison.Builder builder =
                new ConflictComparison.Builder(settings.table).add(settings.name, report);
        settings.others.forEach(builder::add);
        return builder.build();
    }

    private Table layers() {
        Table.Builder table =
                Table.builder()
                        .text("layer")
                        .number("parameters", "%.0f", Table.Best.UNMARKED)
                        .number("mean cosine", "%.4f", Table.Best.UNMARKED)
                        .number("min cosine", "%.4f", Table.Best.UNMARKED);
        report.thresholds()
                .forEach(
                        s ->
                                table.number(
                                        "below " + CosineBins.number(s),
                                        "%.0f",
                                        Table.Best.UNMARKED));
        report.tasks().forEach(t -> table.number("gradient of " + t, "%.3g", Table.Best.UNMARKED));
        for (SharedLayer layer : report.layers()) {
            LayerConflicts conflicts = report.layer(layer.name());
            List<Object> cells =
                    new ArrayList<>(
                            List.of(
                                    layer.name(),
                                    layer.parameters(),
                                    conflicts.meanCosine(),
                                    conflicts.minCosine()));
            report.thresholds().forEach(s -> cells.add(report.score(layer.name(), s)));
            report.tasks().forEach(t -> cells.add(conflicts.meanNorm(t)));
            table.row(cells.toArray());
        }
        return table.build();
    }

    /** What the page shows. */
    public static final class Builder {

        private final String name;
        private final ConflictReport report;
        private final Map<String, ConflictReport> others = new LinkedHashMap<>();
        private double severity;
        private int top;
        private ConflictTable table = ConflictTable.MULTI_FASHION_MNIST;

        /**
         * Starts a page.
         *
         * @param name what the report is about, for example the method of training
         * @param report the report
         */
        public Builder(String name, ConflictReport report) {
            this.name = name;
            this.report = report;
            List<Double> thresholds = report.thresholds();
            severity = thresholds.get(thresholds.size() - 1);
        }

        /**
         * At which severity layers are ranked.
         *
         * @param s S, a cut of the report; default its last threshold, the most severe
         * @return this builder
         */
        public Builder severity(double s) {
            this.severity = s;
            return this;
        }

        /**
         * How many layers of the ranking stand out.
         *
         * @param k K; default none
         * @return this builder
         */
        public Builder top(int k) {
            this.top = k;
            return this;
        }

        /**
         * Adds a network to compare, for example the one after Recon.
         *
         * @param other its name
         * @param conflicts its conflicts
         * @return this builder
         */
        public Builder add(String other, ConflictReport conflicts) {
            others.put(other, conflicts);
            return this;
        }

        /**
         * Which of the paper's tables is followed when networks are compared.
         *
         * @param kind default {@link ConflictTable#MULTI_FASHION_MNIST}
         * @return this builder
         */
        public Builder table(ConflictTable kind) {
            this.table = kind;
            return this;
        }

        /**
         * Builds the page.
         *
         * @return the page
         * @throws IllegalArgumentException if the report has not counted at the severity, there are
         *     fewer layers than are to stand out, or the networks cannot be compared
         */
        public HtmlReport build() {
            report.bins().binsBelow(severity);
            if (top != 0) {
                report.ranking(severity).top(top);
            }
            return new ConflictPage(this).page();
        }
    }
}
