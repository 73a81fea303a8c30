package org.dl4jplugins.core.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Horizontal bars, one below the other in the order given: a ranking whose labels may be long.
 *
 * <p>Some bars can be highlighted, for instance the layers that were selected. The value stands at
 * the end of its bar; a value that is not a number has no bar.
 */
public final class BarChart extends Drawing {
    private static final int ROW = 19;
    private static final int TOP = 62;
    private static final int BOTTOM = 24;
    private static final double LONGEST_LABEL = 330;

    private record Bar(String label, double value, boolean highlighted) {}

    private final List<Bar> bars;
    private final String axis;
    private final String highlight;

    private BarChart(Builder builder) {
        super(
                builder.title,
                DEFAULT_WIDTH,
                TOP + ROW * builder.bars.size() + BOTTOM + (builder.highlight == null ? 0 : ROW));
        bars = List.copyOf(builder.bars);
        axis = builder.axis;
        highlight = builder.highlight;
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
        double labels = 0;
        for (Bar bar : bars) {
            labels = Math.max(labels, Math.min(LONGEST_LABEL, Ink.width(bar.label, LABEL)));
        }
        double left = 16 + labels + 10;
        double right = width() - 78;
        Scale scale = scale(left, right);
        double bottom = TOP + ROW * bars.size();

        Ink.text(g, title(), TITLE, INK, 16, 20, 0);
        paintGrid(g, scale, bottom);
        if (axis != null) {
            Ink.text(g, axis, LABEL, MUTED, (left + right) / 2, bottom + 12, 0.5);
        }
        for (int i = 0; i < bars.size(); i++) {
            paintBar(g, bars.get(i), scale, left, TOP + ROW * (i + 0.5));
        }
        g.setColor(MUTED);
        g.draw(new Line2D.Double(scale.at(0), TOP, scale.at(0), bottom));
        if (highlight != null) {
            Ink.box(g, color(1), left, bottom + 26, 11, 11);
            Ink.text(g, highlight, LABEL, INK, left + 17, bottom + 31, 0);
        }
    }

    private static void paintBar(Graphics2D g, Bar bar, Scale scale, double left, double middle) {
        String label = Ink.fit(bar.label, LABEL, LONGEST_LABEL);
        Ink.text(g, label, LABEL, INK, left - 10, middle, 1);
        if (Double.isFinite(bar.value)) {
            double from = Math.min(scale.at(0), scale.at(bar.value));
            double length = Math.abs(scale.at(bar.value) - scale.at(0));
            Color fill = bar.highlighted ? color(1) : color(0);
            Ink.box(g, fill, from, middle - ROW * 0.36, length, ROW * 0.72);
        }
        double end = Math.max(scale.at(0), scale.at(Double.isFinite(bar.value) ? bar.value : 0));
        Ink.text(g, Ink.number(bar.value), LABEL, MUTED, end + 5, middle, 0);
    }

    private static void paintGrid(Graphics2D g, Scale scale, double bottom) {
        g.setStroke(new BasicStroke(1));
        double step = Ink.step(scale.to - scale.from, 8);
        for (double tick = Math.ceil(scale.from / step) * step;
                tick <= scale.to + step * 1e-9;
                tick += step) {
            double value = Math.rint(tick / step) * step;
            g.setColor(GRID);
            g.draw(new Line2D.Double(scale.at(value), TOP, scale.at(value), bottom));
            Ink.text(g, Ink.number(value), LABEL, MUTED, scale.at(value), TOP - 10, 0.5);
        }
    }

    private Scale scale(double left, double right) {
        double from = 0;
        double to = 0;
        for (Bar bar : bars) {
            if (Double.isFinite(bar.value)) {
                from = Math.min(from, bar.value);
                to = Math.max(to, bar.value);
            }
        }
        return new Scale(from, from == to ? from + 1 : to, left, right);
    }

    private record Scale(double from, double to, double left, double right) {
        double at(double value) {
            return left + (value - from) / (to - from) * (right - left);
        }
    }

    /** Collects the bars. */
    public static final class Builder {
        private final String title;
        private final List<Bar> bars = new ArrayList<>();
        private String axis;
        private String highlight;

        private Builder(String title) {
            this.title = Require.text("title", title);
        }

        /**
         * Names what the bars measure.
         *
         * @param axis the axis title, with its unit if it has one; none by default
         * @return this
         */
        public Builder axis(String axis) {
            this.axis = Require.text("axis", axis);
            return this;
        }

        /**
         * Adds a bar below those already there.
         *
         * @param label its name; the middle of a very long one is left out
         * @param value its length
         * @return this
         */
        public Builder bar(String label, double value) {
            return bar(label, value, false);
        }

        /**
         * Adds a bar below those already there.
         *
         * @param label its name; the middle of a very long one is left out
         * @param value its length
         * @param highlighted whether it has the second color
         * @return this
         */
        public Builder bar(String label, double value, boolean highlighted) {
            bars.add(new Bar(Require.text("label", label), value, highlighted));
            return this;
        }

        /**
         * Says what the highlighted bars are.
         *
         * @param meaning the text beside the second color below the chart; none by default
         * @return this
         */
        public Builder highlightMeans(String meaning) {
            this.highlight = Require.text("meaning", meaning);
            return this;
        }

        /**
         * Finishes the chart.
         *
         * @return the chart
         * @throws IllegalArgumentException if there is no bar
         */
        public BarChart build() {
            Require.that(
                    !bars.isEmpty(), "bars: got none for '" + title + "', but needs at least 1");
            return new BarChart(this);
        }
    }
}
