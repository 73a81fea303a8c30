package org.dl4jplugins.core.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.List;

/**
 * A number for each row and column, as a color: layer x epoch, task x task.
 *
 * <p>Rows are drawn from top to bottom in the order given. Cells that are large enough carry their
 * number. A cell whose value is not a number stays gray.
 */
public final class HeatMap extends Drawing {
    private static final int ROW = 19;
    private static final int TOP = 62;
    private static final int BOTTOM = 26;
    private static final double LONGEST_LABEL = 300;
    private static final Color MISSING = new Color(0xe9, 0xeb, 0xee);

    private final List<String> rows;
    private final List<String> columns;
    private final double[][] values;
    private final String rowAxis;
    private final String columnAxis;
    private final HeatColors colors;

    private HeatMap(Builder builder) {
        super(builder.title, DEFAULT_WIDTH, TOP + height(builder.rows.size()) + BOTTOM);
        rows = builder.rows;
        columns = builder.columns;
        values = builder.values;
        rowAxis = builder.rowAxis;
        columnAxis = builder.columnAxis;
        colors = HeatColors.over(values, builder.from, builder.to, builder.diverging);
    }

    private static int height(int rows) {
        return Math.max(ROW * rows, 110);
    }

    /**
     * Starts a chart.
     *
     * @param title what the colors show
     * @return a builder without values
     */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    @Override
    void paint(Graphics2D g) {
        double labels = 0;
        for (String row : rows) {
            labels = Math.max(labels, Math.min(LONGEST_LABEL, Ink.width(row, LABEL)));
        }
        double left = (rowAxis == null ? 16 : 34) + labels + 8;
        double right = width() - 92;
        double bottom = TOP + height(rows.size());
        Ink.text(g, title(), TITLE, INK, 16, 20, 0);
        if (rowAxis != null) {
            Ink.upward(g, rowAxis, LABEL, MUTED, 18, (TOP + bottom) / 2);
        }
        if (columnAxis != null) {
            Ink.text(g, columnAxis, LABEL, MUTED, (left + right) / 2, bottom + 13, 0.5);
        }
        double cellWidth = (right - left) / columns.size();
        double cellHeight = (bottom - TOP) / rows.size();
        paintColumnLabels(g, left, cellWidth);
        for (int r = 0; r < rows.size(); r++) {
            double y = TOP + r * cellHeight;
            String label = Ink.fit(rows.get(r), LABEL, LONGEST_LABEL);
            Ink.text(g, label, LABEL, INK, left - 8, y + cellHeight / 2, 1);
            for (int c = 0; c < columns.size(); c++) {
                paintCell(g, values[r][c], left + c * cellWidth, y, cellWidth, cellHeight);
            }
        }
        paintScale(g, right + 18, Math.min(bottom - TOP, 240));
    }

    private void paintCell(
            Graphics2D g, double value, double x, double y, double width, double height) {
        double gap = Math.min(1, width * 0.1);
        Color fill = Double.isNaN(value) ? MISSING : colors.at(value);
        Ink.box(g, fill, x, y, width - gap, height - 1);
        String text = Ink.number(value);
        if (!Double.isNaN(value) && Ink.width(text, LABEL) + 6 <= width) {
            Ink.text(
                    g,
                    text,
                    LABEL,
                    HeatColors.readableOn(fill),
                    x + width / 2,
                    y + height / 2,
                    0.5);
        }
    }

    /** As many column labels as fit beside each other, always with the first. */
    private void paintColumnLabels(Graphics2D g, double left, double cellWidth) {
        double widest = 0;
        for (String column : columns) {
            widest = Math.max(widest, Math.min(Ink.width(column, LABEL), 140));
        }
        int every = (int) Math.max(1, Math.ceil((widest + 8) / cellWidth));
        for (int c = 0; c < columns.size(); c += every) {
            double middle = left + (c + 0.5) * cellWidth;
            String label = Ink.fit(columns.get(c), LABEL, 140);
            Ink.text(g, label, LABEL, INK, middle, TOP - 11, 0.5);
        }
    }

    private void paintScale(Graphics2D g, double x, double height) {
        int parts = 60;
        for (int i = 0; i < parts; i++) {
            double value = colors.to() - (i + 0.5) / parts * (colors.to() - colors.from());
            Ink.box(g, colors.at(value), x, TOP + i * height / parts, 14, height / parts + 0.5);
        }
        Ink.text(g, Ink.number(colors.to()), LABEL, MUTED, x + 19, TOP + 5, 0);
        double middle = (colors.from() + colors.to()) / 2;
        Ink.text(g, Ink.number(middle), LABEL, MUTED, x + 19, TOP + height / 2, 0);
        Ink.text(g, Ink.number(colors.from()), LABEL, MUTED, x + 19, TOP + height - 5, 0);
    }

    /** Collects the values. */
    public static final class Builder {
        private final String title;
        private List<String> rows = List.of();
        private List<String> columns = List.of();
        private double[][] values = {};
        private String rowAxis;
        private String columnAxis;
        private double from = Double.NaN;
        private double to = Double.NaN;
        private boolean diverging;

        private Builder(String title) {
            this.title = Require.text("title", title);
        }

        /**
         * Names the rows.
         *
         * @param names from top to bottom
         * @return this
         */
        public Builder rows(List<String> names) {
            rows = List.copyOf(names);
            return this;
        }

        /**
         * Names the columns; labels that would overlap are left out.
         *
         * @param names from left to right
         * @return this
         */
        public Builder columns(List<String> names) {
            columns = List.copyOf(names);
            return this;
        }

        /**
         * Sets the numbers.
         *
         * @param values [row, column]; NaN where there is none
         * @return this
         */
        public Builder values(double[][] values) {
            this.values = new double[values.length][];
            for (int r = 0; r < values.length; r++) {
                this.values[r] = values[r].clone();
            }
            return this;
        }

        /**
         * Titles the axes.
         *
         * @param rowAxis what the rows are, none by default
         * @param columnAxis what the columns are, none by default
         * @return this
         */
        public Builder axes(String rowAxis, String columnAxis) {
            this.rowAxis = Require.text("rowAxis", rowAxis);
            this.columnAxis = Require.text("columnAxis", columnAxis);
            return this;
        }

        /**
         * Sets the values of the first and the last color; by default those of the data. Values
         * beyond get the color at the end.
         *
         * @param from the lower value
         * @param to the upper value, above {@code from}
         * @return this
         */
        public Builder range(double from, double to) {
            Require.that(from < to, "range: got " + from + " to " + to + ", but needs from < to");
            this.from = from;
            this.to = to;
            return this;
        }

        /**
         * Two colors that meet in white at zero, for values of both signs; the range becomes
         * symmetric.
         *
         * @return this
         */
        public Builder diverging() {
            diverging = true;
            return this;
        }

        /**
         * Finishes the chart.
         *
         * @return the chart
         * @throws IllegalArgumentException if there is no cell or the numbers do not fit the names
         */
        public HeatMap build() {
            Require.that(
                    !rows.isEmpty() && !columns.isEmpty(),
                    "rows and columns: got "
                            + rows.size()
                            + " and "
                            + columns.size()
                            + " for '"
                            + title
                            + "', but needs at least 1 of each");
            Require.that(
                    values.length == rows.size(),
                    "values: got " + values.length + " rows, but there are " + rows.size());
            for (int r = 0; r < values.length; r++) {
                Require.that(
                        values[r].length == columns.size(),
                        "values: row '"
                                + rows.get(r)
                                + "' has "
                                + values[r].length
                                + " columns, but there are "
                                + columns.size());
            }
            return new HeatMap(this);
        }
    }
}
