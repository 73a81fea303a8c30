package org.dl4jplugins.core.report;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;

/**
 * Upright bars side by side in groups: a distribution before and after, methods over tasks.
 *
 * <p>Each category is a group, each series one bar in every group.
 */
public final class GroupedBars extends Drawing {
    private static final int HEIGHT = 400;
    private static final double LONGEST_LABEL = 130;

    private final List<String> categories;
    private final Map<String, double[]> series;
    private final String xAxis;
    private final String yAxis;

    private GroupedBars(Builder builder) {
        super(builder.title, DEFAULT_WIDTH, labelsFit(builder.categories) ? HEIGHT : HEIGHT + 80);
        categories = builder.categories;
        series = new LinkedHashMap<>(builder.series);
        xAxis = builder.xAxis;
        yAxis = builder.yAxis;
    }

    /**
     * Starts a chart.
     *
     * @param title what the bars show
     * @return a builder without bars
     */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    @Override
    void paint(Graphics2D g) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(width())
                        .height(height())
                        .title(title())
                        .xAxisTitle(xAxis)
                        .yAxisTitle(yAxis)
                        .build();
        AxesStyle.apply(chart, series.size());
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setAvailableSpaceFill(series.size() == 1 ? 0.9 : 0.75);
        if (!labelsFit(categories)) {
            chart.getStyler().setXAxisLabelRotation(40);
            chart.getStyler().setXAxisLabelAlignment(TextAlignment.Right);
            chart.getStyler().setYAxisLeftWidthHint(100);
        }
        List<String> labels = labels();
        series.forEach(
                (name, values) ->
                        chart.addSeries(
                                name,
                                labels,
                                Arrays.stream(values)
                                        .map(v -> Double.isFinite(v) ? v : 0)
                                        .boxed()
                                        .toList()));
        chart.paint(g, width(), height());
    }

    /** Shortened labels stay different, as XChart needs them, by spaces that nobody sees. */
    private List<String> labels() {
        Set<String> labels = new LinkedHashSet<>();
        for (String category : categories) {
            String label = Ink.fit(category, LABEL, LONGEST_LABEL);
            while (!labels.add(label)) {
                label += " ";
            }
        }
        return List.copyOf(labels);
    }

    private static boolean labelsFit(List<String> categories) {
        double room = (DEFAULT_WIDTH - 110.0) / categories.size();
        return categories.stream().allMatch(c -> Ink.width(c, LABEL) + 8 < room);
    }

    /** Collects the bars. */
    public static final class Builder {
        private final String title;
        private List<String> categories = List.of();
        private final Map<String, double[]> series = new LinkedHashMap<>();
        private String xAxis = "";
        private String yAxis = "";

        private Builder(String title) {
            this.title = Require.text("title", title);
        }

        /**
         * Titles the axes.
         *
         * @param xAxis what the groups are, none by default
         * @param yAxis what the bars measure, none by default
         * @return this
         */
        public Builder axes(String xAxis, String yAxis) {
            this.xAxis = Require.text("xAxis", xAxis);
            this.yAxis = Require.text("yAxis", yAxis);
            return this;
        }

        /**
         * Names the groups.
         *
         * @param names from left to right, all different
         * @return this
         */
        public Builder categories(List<String> names) {
            Require.that(
                    names.stream().distinct().count() == names.size(),
                    "categories: got " + names + ", but all need to differ");
            categories = List.copyOf(names);
            return this;
        }

        /**
         * Names the groups after the intervals between neighboring edges.
         *
         * @param edges increasing, one more than there are groups
         * @return this
         */
        public Builder bins(double... edges) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i + 1 < edges.length; i++) {
                Require.that(
                        edges[i] < edges[i + 1],
                        "edges: got " + Arrays.toString(edges) + ", but they need to increase");
                String end = i + 2 == edges.length ? "]" : ")";
                names.add("[" + Ink.number(edges[i]) + ", " + Ink.number(edges[i + 1]) + end);
            }
            return categories(names);
        }

        /**
         * Adds one bar to every group.
         *
         * @param name its name in the legend
         * @param values one for each group; no bar where not finite
         * @return this
         */
        public Builder series(String name, double... values) {
            Require.that(!series.containsKey(name), "name: got '" + name + "' twice");
            series.put(Require.text("name", name), values.clone());
            return this;
        }

        /**
         * Finishes the chart.
         *
         * @return the chart
         * @throws IllegalArgumentException if there are no bars or a series does not fit the groups
         */
        public GroupedBars build() {
            Require.that(
                    !categories.isEmpty() && !series.isEmpty(),
                    "'" + title + "' needs at least 1 category and 1 series");
            series.forEach(
                    (name, values) ->
                            Require.that(
                                    values.length == categories.size(),
                                    "series: '"
                                            + name
                                            + "' has "
                                            + values.length
                                            + " values, but there are "
                                            + categories.size()
                                            + " categories"));
            return new GroupedBars(this);
        }
    }
}
