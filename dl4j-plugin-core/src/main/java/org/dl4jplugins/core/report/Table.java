package org.dl4jplugins.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Rows of text and numbers, for a page or a console; numbers are aligned and the best of a column
 * is marked.
 */
public final class Table {
    /** Which value of a column is marked. */
    public enum Best {
        /** The largest, as for an accuracy. */
        HIGHEST,
        /** The smallest, as for an error. */
        LOWEST,
        /** None. */
        UNMARKED
    }

    /** One cell as it is shown. */
    record Cell(String text, boolean number, boolean best) {}

    private record Column(String name, String format, Best best) {
        boolean number() {
            return format != null;
        }
    }

    private final List<Column> columns;
    private final List<List<Cell>> rows;

    private Table(Builder builder) {
        columns = List.copyOf(builder.columns);
        rows = builder.rows.stream().map(row -> cells(row, builder.rows)).toList();
    }

    /**
     * Starts a table. First come the columns, then the rows.
     *
     * @return a builder without columns
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The names of the columns.
     *
     * @return from left to right
     */
    public List<String> header() {
        return columns.stream().map(Column::name).toList();
    }

    List<List<Cell>> rows() {
        return rows;
    }

    boolean isNumber(int column) {
        return columns.get(column).number();
    }

    /**
     * The table for a console: columns of equal width, numbers to the right, a star behind the
     * best.
     *
     * @return lines, each ended by a line feed
     */
    public String text() {
        int[] widths = new int[columns.size()];
        List<List<String>> lines = new ArrayList<>();
        lines.add(new ArrayList<>());
        for (Column column : columns) {
            lines.get(0).add(column.number() ? column.name + " " : column.name);
        }
        for (List<Cell> row : rows) {
            lines.add(
                    row.stream()
                            .map(c -> c.number ? c.text + (c.best ? "*" : " ") : c.text)
                            .toList());
        }
        for (List<String> line : lines) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], line.get(c).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int c = 0; c < widths.length; c++) {
                String pad = " ".repeat(widths[c] - line.get(c).length());
                row.append(c == 0 ? "" : "  ");
                row.append(columns.get(c).number() ? pad + line.get(c) : line.get(c) + pad);
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private List<Cell> cells(Object[] row, List<Object[]> all) {
        List<Cell> cells = new ArrayList<>();
        for (int c = 0; c < row.length; c++) {
            Column column = columns.get(c);
            if (!column.number()) {
                cells.add(new Cell(String.valueOf(row[c]), false, false));
                continue;
            }
            double value = value(row[c]);
            String text =
                    row[c] == null || Double.isNaN(value)
                            ? "–"
                            : String.format(Locale.ROOT, column.format, value);
            OptionalDouble best = best(column, c, all);
            boolean marked = best.isPresent() && text.equals(shown(column, best.getAsDouble()));
            cells.add(new Cell(text, true, marked));
        }
        return List.copyOf(cells);
    }

    private static String shown(Column column, double value) {
        return String.format(Locale.ROOT, column.format, value);
    }

    private static OptionalDouble best(Column column, int index, List<Object[]> rows) {
        DoubleStream values =
                rows.stream().mapToDouble(r -> value(r[index])).filter(v -> !Double.isNaN(v));
        return switch (column.best) {
            case HIGHEST -> values.max();
            case LOWEST -> values.min();
            case UNMARKED -> OptionalDouble.empty();
        };
    }

    private static double value(Object cell) {
        return cell == null ? Double.NaN : ((Number) cell).doubleValue();
    }

    /** Collects columns and rows. */
    public static final class Builder {
        private final List<Column> columns = new ArrayList<>();
        private final List<Object[]> rows = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a column of text.
         *
         * @param name its heading
         * @return this
         */
        public Builder text(String name) {
            return column(new Column(Require.text("name", name), null, Best.UNMARKED));
        }

        /**
         * Adds a column of numbers.
         *
         * @param name its heading, with the unit if it has one
         * @param format as in {@link String#format}, for one floating-point number: {@code "%.2f"}
         * @param best which value is marked; equal ones, as shown, all are
         * @return this
         */
        public Builder number(String name, String format, Best best) {
            shown(new Column(name, format, best), 0);
            return column(new Column(Require.text("name", name), format, best));
        }

        private Builder column(Column column) {
            Require.that(rows.isEmpty(), "column '" + column.name + "': columns come before rows");
            columns.add(column);
            return this;
        }

        /**
         * Adds a row below those already there.
         *
         * @param cells one for each column: a {@link Number} or null (none) for a number, anything
         *     for text
         * @return this
         */
        public Builder row(Object... cells) {
            Require.that(
                    cells.length == columns.size(),
                    "row: got " + cells.length + " cells, but there are " + columns.size());
            for (int c = 0; c < cells.length; c++) {
                Require.that(
                        !columns.get(c).number() || cells[c] == null || cells[c] instanceof Number,
                        "row: got '"
                                + cells[c]
                                + "' for column '"
                                + columns.get(c).name
                                + "', which needs a number");
            }
            rows.add(cells.clone());
            return this;
        }

        /**
         * Finishes the table.
         *
         * @return the table, which may have no rows
         * @throws IllegalArgumentException if there is no column
         */
        public Table build() {
            Require.that(!columns.isEmpty(), "columns: got none, but a table needs at least 1");
            return new Table(this);
        }
    }
}
