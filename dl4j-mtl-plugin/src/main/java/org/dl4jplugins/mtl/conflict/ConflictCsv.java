package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/** A report's table of layers as comma separated values. */
final class ConflictCsv {

    private static final List<String> COLUMNS =
            List.of("layer", "parameters", "comparisons", "meanCosine", "minCosine");

    private ConflictCsv() {}

    static String write(ConflictReport report) {
        List<String> header = new ArrayList<>(COLUMNS);
        report.thresholds().forEach(severity -> header.add(scoreColumn(severity)));
        StringBuilder csv = new StringBuilder();
        line(csv, header);
        for (SharedLayer layer : report.layers()) {
            line(csv, cells(report, layer.name(), layer.parameters()));
        }
        long all = report.layers().stream().mapToLong(SharedLayer::parameters).sum();
        line(csv, cells(report, ConflictReport.WHOLE_MODEL, all));
        return csv.toString();
    }

    private static List<String> cells(ConflictReport report, String layer, long parameters) {
        CosineDistribution distribution = report.distribution(layer);
        List<String> cells = new ArrayList<>();
        cells.add(layer);
        cells.add(Long.toString(parameters));
        cells.add(Long.toString(distribution.total()));
        cells.add(Double.toString(report.layer(layer).meanCosine()));
        cells.add(Double.toString(report.layer(layer).minCosine()));
        for (double severity : report.thresholds()) {
            cells.add(Long.toString(distribution.countBelow(severity)));
        }
        return cells;
    }

    private static String scoreColumn(double severity) {
        return "score[" + CosineBins.number(severity) + "]";
    }

    private static void line(StringBuilder csv, List<String> cells) {
        List<String> quoted =
                cells.stream()
                        .map(
                                cell ->
                                        cell.matches("(?s).*[\",\r\n].*")
                                                ? '"' + cell.replace("\"", "\"\"") + '"'
                                                : cell)
                        .toList();
        csv.append(String.join(",", quoted)).append("\r\n");
    }

    static LayerRanking ranking(String csv, double severity) {
        List<List<String>> lines = parse(csv);
        if (lines.isEmpty()
                || lines.get(0).size() < COLUMNS.size()
                || !lines.get(0).subList(0, COLUMNS.size()).equals(COLUMNS)) {
            throw new IllegalArgumentException(
                    "Not a table of conflicts: its first line does not begin with " + COLUMNS);
        }
        int column = lines.get(0).indexOf(scoreColumn(severity));
        if (column < 0) {
            throw new IllegalArgumentException(
                    "No column " + scoreColumn(severity) + ", there are " + lines.get(0));
        }
        List<LayerRanking.Entry> entries = new ArrayList<>();
        boolean whole = false;
        for (List<String> line : lines.subList(1, lines.size())) {
            if (line.size() != lines.get(0).size()) {
                throw new IllegalArgumentException("A line with missing columns: " + line);
            }
            whole = line.get(0).equals(ConflictReport.WHOLE_MODEL);
            if (!whole) {
                entries.add(new LayerRanking.Entry(line.get(0), Long.parseLong(line.get(column))));
            }
        }
        if (!whole) {
            throw new IllegalArgumentException("Cut off: the last line is not the whole model's");
        }
        return LayerRanking.of(entries);
    }

    private static List<List<String>> parse(String csv) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                    cell.append(csv.charAt(++i));
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                line.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        if (!line.isEmpty() || cell.length() > 0) {
            line.add(cell.toString());
            lines.add(line);
        }
        return lines;
    }
}
