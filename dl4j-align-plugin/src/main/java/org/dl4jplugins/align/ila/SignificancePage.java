package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jplugins.core.report.BarChart;
import org.dl4jplugins.core.report.Chart;
import org.dl4jplugins.core.report.HeatMap;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.Table;

/**
 * A report as one HTML page that needs nothing else: the scores by block and module, the ranking
 * with the important layers marked, all numbers, and, if other runs are added, how much the
 * important layers of all runs overlap.
 *
 * <pre>{@code
 * new SignificancePage.Builder(significance).important(0.75)
 *         .add(otherSeed).add(otherData).build().write(Path.of("layers.html"));
 * }</pre>
 */
public final class SignificancePage {

    private final LayerSignificance report;
    private final List<LayerSignificance> all;
    private final double fraction;

    private SignificancePage(Builder builder) {
        report = builder.reports.get(0);
        all = List.copyOf(builder.reports);
        fraction = builder.fraction;
    }

    private HtmlReport page() {
        LayerMask important = report.keepMost(fraction);
        HtmlReport.Builder page =
                HtmlReport.builder("Important layers: " + report.run()).settings(facts(important));
        page.section("Which layers matter")
                .chart(
                        heatMap(report),
                        "Score of each weight matrix; gray where a block has no such module.")
                .chart(ranking(important), "Most important first.");
        if (all.size() > 1) {
            overlap(page, LayerOverlap.of(all, fraction));
        }
        return page.section("All layers")
                .table(layers(important), "Layers in the network's order.")
                .build();
    }

    private Map<String, Object> facts(LayerMask important) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Run", report.run());
        facts.put("Method", report.method());
        facts.put("Layers", report.layers().size());
        facts.put(
                "Important",
                important.kept().size() + " layers, " + LayerOverlap.percent(fraction));
        facts.putAll(report.details());
        facts.put("Architecture", report.fingerprint());
        return facts;
    }

    /**
     * The scores as colors, a row for each block and a column for each module.
     *
     * @param report the scores
     * @return a chart; gray where a block has no such module
     */
    public static HeatMap heatMap(LayerSignificance report) {
        ModuleGrid grid = new ModuleGrid(report.layers());
        return HeatMap.builder("Scores of " + report.run())
                .rows(grid.rows())
                .columns(grid.columns())
                .values(grid.arrange(report.scores()))
                .axes("block", "module")
                .build();
    }

    private Chart ranking(LayerMask important) {
        BarChart.Builder bars =
                BarChart.builder("Ranking of " + report.run())
                        .axis("score")
                        .highlightMeans(
                                "the " + LayerOverlap.percent(fraction) + " most important");
        report.ranking().forEach(n -> bars.bar(n, report.score(n), important.keeps(n)));
        return bars.build();
    }

    private void overlap(HtmlReport.Builder page, LayerOverlap overlap) {
        page.section("Overlap between runs")
                .paragraph(
                        String.format(
                                Locale.ROOT,
                                "Mean Jaccard index %.3f; by chance alone it would be %.3f. %d"
                                        + " layers are important in all %d runs.",
                                overlap.mean(),
                                overlap.expectedByChance(),
                                overlap.inAllRuns().size(),
                                all.size()))
                .chart(
                        overlap.chart(),
                        "Jaccard index of the sets of important layers, 1: the same set.")
                .table(overlap.table(), "");
        all.subList(1, all.size()).forEach(other -> page.chart(heatMap(other), ""));
        ModuleGrid grid = new ModuleGrid(report.layers());
        page.chart(
                HeatMap.builder("In how many of " + all.size() + " runs a layer is important")
                        .rows(grid.rows())
                        .columns(grid.columns())
                        .values(
                                grid.arrange(
                                        overlap.counts().values().stream()
                                                .mapToDouble(Integer::doubleValue)
                                                .toArray()))
                        .axes("block", "module")
                        .range(0, all.size())
                        .build(),
                "");
    }

    private Table layers(LayerMask important) {
        Table.Builder table =
                Table.builder()
                        .text("layer")
                        .number("inputs", "%.0f", Table.Best.UNMARKED)
                        .number("outputs", "%.0f", Table.Best.UNMARKED)
                        .number("rank", "%.0f", Table.Best.UNMARKED)
                        .text("important");
        all.forEach(r -> table.number("score, " + r.run(), "%.4f", Table.Best.HIGHEST));
        for (AdaptedMatrix layer : report.layers()) {
            String name = layer.name();
            List<Object> cells = new ArrayList<>();
            cells.add(name);
            cells.add(layer.inputs());
            cells.add(layer.outputs());
            cells.add(report.rank(name));
            cells.add(important.keeps(name) ? "yes" : "no");
            all.forEach(r -> cells.add(r.score(name)));
            table.row(cells.toArray());
        }
        return table.build();
    }

    /** What the page shows. */
    public static final class Builder {

        private final List<LayerSignificance> reports = new ArrayList<>();
        private double fraction = 0.75;

        /**
         * Starts a page.
         *
         * @param report the scores
         */
        public Builder(LayerSignificance report) {
            reports.add(report);
        }

        /**
         * Which layers count as important.
         *
         * @param fraction of all layers, above 0 and at most 1; default 0.75, the paper's share
         * @return this builder
         */
        public Builder important(double fraction) {
            this.fraction = fraction;
            return this;
        }

        /**
         * Adds a run to compare: another data set, seed, checkpoint or method.
         *
         * @param report its scores
         * @return this builder
         */
        public Builder add(LayerSignificance report) {
            reports.add(report);
            return this;
        }

        /**
         * Builds the page.
         *
         * @return the page
         * @throws IllegalArgumentException if runs have equal names or different architectures, or
         *     the fraction is out of range
         */
        public HtmlReport build() {
            return new SignificancePage(this).page();
        }
    }
}
