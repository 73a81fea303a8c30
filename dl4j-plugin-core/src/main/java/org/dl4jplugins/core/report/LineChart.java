package org.dl4jplugins.core.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.None;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Curves over a common axis, with error bars if wanted: losses over iterations, scores over epochs.
 *
 * <p>Points that are not finite are left out. Of a curve with very many points each stretch is
 * drawn by its lowest and its highest value, so that no spike is lost.
 */
public final class LineChart extends Drawing {
    private static final int HEIGHT = 400;
    private static final int DRAWN_POINTS = 800;

    private record Curve(double[] x, double[] y, double[] error) {}

    private final Map<String, Curve> curves;
    private final String xAxis;
    private final String yAxis;
    private final boolean logarithmic;

    private LineChart(Builder builder) {
        super(builder.title, DEFAULT_WIDTH, HEIGHT);
        curves = new LinkedHashMap<>(builder.curves);
        xAxis = builder.xAxis;
        yAxis = builder.yAxis;
        logarithmic = builder.logarithmic;
    }

    /**
     * Starts a chart.
     *
     * @param title what the curves show
     * @return a builder without curves
     */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    @Override
    void paint(Graphics2D g) {
        XYChart chart =
                new XYChartBuilder()
                        .width(width())
                        .height(height())
                        .title(title())
                        .xAxisTitle(xAxis)
                        .yAxisTitle(yAxis)
                        .build();
        AxesStyle.apply(chart, curves.size());
        chart.getStyler().setYAxisLogarithmic(logarithmic);
        curves.forEach((name, curve) -> add(chart, name, curve));
        chart.paint(g, width(), height());
    }

    private static void add(XYChart chart, String name, Curve curve) {
        XYSeries series = chart.addSeries(name, curve.x, curve.y, curve.error);
        series.setLineStyle(new BasicStroke(1.8f));
        series.setMarker(curve.x.length > 40 ? new None() : SeriesMarkers.CIRCLE);
    }

    private static Curve finite(double[] x, double[] y, double[] error, boolean logarithmic) {
        int[] kept =
                IntStream.range(0, x.length)
                        .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]))
                        .filter(i -> !logarithmic || y[i] > 0)
                        .toArray();
        int[] drawn = error == null ? thin(kept, y) : kept;
        return new Curve(pick(x, drawn), pick(y, drawn), error == null ? null : pick(error, drawn));
    }

    private static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }

    private static int[] thin(int[] indices, double[] y) {
        if (indices.length <= DRAWN_POINTS) {
            return indices;
        }
        int buckets = DRAWN_POINTS / 2;
        List<Integer> kept = new ArrayList<>();
        for (int b = 0; b < buckets; b++) {
            int from = (int) ((long) b * indices.length / buckets);
            int to = (int) ((long) (b + 1) * indices.length / buckets);
            int lowest = indices[from];
            int highest = indices[from];
            for (int i = from + 1; i < to; i++) {
                lowest = y[indices[i]] < y[lowest] ? indices[i] : lowest;
                highest = y[indices[i]] > y[highest] ? indices[i] : highest;
            }
            kept.add(Math.min(lowest, highest));
            if (lowest != highest) {
                kept.add(Math.max(lowest, highest));
            }
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Collects the curves. */
    public static final class Builder {
        private final String title;
        private final Map<String, Curve> curves = new LinkedHashMap<>();
        private String xAxis = "";
        private String yAxis = "";
        private boolean logarithmic;

        private Builder(String title) {
            this.title = Require.text("title", title);
        }

        /**
         * Titles the axes.
         *
         * @param xAxis what goes from left to right, none by default
         * @param yAxis what goes upwards, none by default
         * @return this
         */
        public Builder axes(String xAxis, String yAxis) {
            this.xAxis = Require.text("xAxis", xAxis);
            this.yAxis = Require.text("yAxis", yAxis);
            return this;
        }

        /**
         * Powers of ten at equal distances on the vertical axis; points at or below zero are left
         * out.
         *
         * @return this
         */
        public Builder logarithmic() {
            logarithmic = true;
            return this;
        }

        /**
         * Adds a curve over 1, 2, 3 and so on.
         *
         * @param name its name in the legend
         * @param y its values
         * @return this
         */
        public Builder series(String name, double... y) {
            return series(name, IntStream.rangeClosed(1, y.length).asDoubleStream().toArray(), y);
        }

        /**
         * Adds a curve.
         *
         * @param name its name in the legend
         * @param x places on the horizontal axis
         * @param y values, one for each place
         * @return this
         */
        public Builder series(String name, double[] x, double[] y) {
            return add(name, x, y, null);
        }

        /**
         * Adds a curve with error bars.
         *
         * @param name its name in the legend
         * @param x places on the horizontal axis
         * @param y values, one for each place
         * @param error half the height of each bar, for instance a standard deviation
         * @return this
         */
        public Builder series(String name, double[] x, double[] y, double[] error) {
            Require.that(
                    error.length == y.length,
                    "error: got " + error.length + " values, but '" + name + "' has " + y.length);
            return add(name, x, y, error.clone());
        }

        private Builder add(String name, double[] x, double[] y, double[] error) {
            Require.that(
                    x.length == y.length,
                    "x: got " + x.length + " places, but '" + name + "' has " + y.length);
            Require.that(!curves.containsKey(name), "name: got '" + name + "' twice");
            curves.put(Require.text("name", name), new Curve(x.clone(), y.clone(), error));
            return this;
        }

        /**
         * Finishes the chart.
         *
         * @return the chart
         * @throws IllegalArgumentException if no curve has a point that can be drawn
         */
        public LineChart build() {
            curves.replaceAll((name, c) -> finite(c.x, c.y, c.error, logarithmic));
            curves.values().removeIf(curve -> curve.x.length == 0);
            Require.that(
                    !curves.isEmpty(),
                    "series: '" + title + "' has no finite point, but needs at least 1");
            return new LineChart(this);
        }
    }
}
