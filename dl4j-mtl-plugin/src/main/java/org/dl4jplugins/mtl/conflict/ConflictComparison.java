package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.report.GroupedBars;
import org.dl4jplugins.core.report.Table;

/**
 * Conflicts of several networks side by side, as in the paper's tables 6 and 8 to 10: the first is
 * the baseline, for example joint training, against which the others' reduction of severe conflicts
 * is measured.
 *
 * <p>Compared are the layers that are shared in all of them, as a Recon-modified network shares
 * fewer: one observation per layer, pair of tasks and iteration. The whole model, one observation
 * per pair and iteration over whatever each network shares, is given as well.
 *
 * <pre>{@code
 * ConflictComparison comparison = new ConflictComparison.Builder(ConflictTable.MULTI_FASHION_MNIST)
 *         .add("joint", before)
 *         .add("joint + Recon", after)
 *         .build();
 * System.out.println(comparison.table().text());
 * double reduction = comparison.reduction("joint + Recon");
 * }</pre>
 */
public final class ConflictComparison {

    private final ConflictTable kind;
    private final Map<String, ConflictReport> reports;
    private final List<String> layers;

    private ConflictComparison(Builder builder, List<String> layers) {
        this.kind = builder.kind;
        this.reports = new LinkedHashMap<>(builder.reports);
        this.layers = List.copyOf(layers);
    }

    /**
     * The compared networks.
     *
     * @return their names, the baseline first
     */
    public List<String> names() {
        return List.copyOf(reports.keySet());
    }

    /**
     * The compared layers.
     *
     * @return those that all networks share, in the baseline's order
     */
    public List<String> layers() {
        return layers;
    }

    /**
     * Cosines of one network at the compared layers.
     *
     * @param name the network's name
     * @return the distribution, one observation per layer, pair of tasks and iteration
     * @throws IllegalArgumentException if there is no such network
     */
    public CosineDistribution distribution(String name) {
        return report(name).distribution(layers);
    }

    /**
     * By how many percent severe conflicts became rarer at the compared layers.
     *
     * @param name the network's name
     * @return percent, see {@link CosineDistribution#reductionFrom}
     * @throws IllegalArgumentException if there is no such network
     */
    public double reduction(String name) {
        return distribution(name).reductionFrom(distribution(names().get(0)), kind.severity());
    }

    /**
     * By how many percent severe conflicts became rarer between the tasks' whole gradients.
     *
     * @param name the network's name
     * @return percent, see {@link CosineDistribution#reductionFrom}
     * @throws IllegalArgumentException if there is no such network
     */
    public double wholeModelReduction(String name) {
        CosineDistribution before = report(names().get(0)).wholeModel();
        return report(name).wholeModel().reductionFrom(before, kind.severity());
    }

    private ConflictReport report(String name) {
        ConflictReport report = reports.get(name);
        if (report == null) {
            throw new IllegalArgumentException("No '" + name + "', compared are " + names());
        }
        return report;
    }

    /**
     * The paper's table: percent of the cosines in each range, and the reductions.
     *
     * @return a column per network
     */
    public Table table() {
        Table.Builder table = Table.builder().text("cosine");
        names().forEach(name -> table.number(name, "%.2f", Table.Best.UNMARKED));
        List<double[]> columns =
                names().stream().map(name -> kind.column(distribution(name))).toList();
        List<String> rows = kind.rows();
        for (int row = 0; row < rows.size(); row++) {
            List<Object> cells = new ArrayList<>(List.of(rows.get(row) + " %"));
            for (double[] column : columns) {
                cells.add(column[row]);
            }
            table.row(cells.toArray());
        }
        String severe = "below " + CosineBins.number(kind.severity());
        List<Object> shares = new ArrayList<>(List.of(severe + " %"));
        List<Object> reductions = new ArrayList<>(List.of("reduction %"));
        List<Object> whole = new ArrayList<>(List.of(severe + ", whole model %"));
        List<Object> wholeReductions = new ArrayList<>(List.of("reduction, whole model %"));
        for (String name : names()) {
            boolean baseline = name.equals(names().get(0));
            shares.add(100 * distribution(name).shareBelow(kind.severity()));
            reductions.add(baseline ? null : reduction(name));
            whole.add(100 * report(name).wholeModel().shareBelow(kind.severity()));
            wholeReductions.add(baseline ? null : wholeModelReduction(name));
        }
        return table.row(shares.toArray())
                .row(reductions.toArray())
                .row(whole.toArray())
                .row(wholeReductions.toArray())
                .build();
    }

    /**
     * The table's ranges of cosines as bars.
     *
     * @return a group of bars per range, one bar per network
     */
    public GroupedBars chart() {
        GroupedBars.Builder chart =
                GroupedBars.builder("Cosines between task gradients, layers shared in all networks")
                        .axes("cosine", "% of layers, pairs and iterations")
                        .categories(kind.rows());
        names().forEach(name -> chart.series(name, kind.column(distribution(name))));
        return chart.build();
    }

    /** Collects the networks to compare. */
    public static final class Builder {

        private final ConflictTable kind;
        private final Map<String, ConflictReport> reports = new LinkedHashMap<>();

        /**
         * Starts a comparison.
         *
         * @param kind where cosines are divided and which conflicts are severe
         */
        public Builder(ConflictTable kind) {
            this.kind = kind;
        }

        /**
         * Adds a network.
         *
         * @param name its name, for example its method
         * @param report its conflicts
         * @return this builder
         * @throws IllegalArgumentException if the name is there already, or the report has not
         *     counted at the table's edges
         */
        public Builder add(String name, ConflictReport report) {
            kind.column(report.wholeModel());
            if (reports.putIfAbsent(name, report) != null) {
                throw new IllegalArgumentException("name: '" + name + "' given twice");
            }
            return this;
        }

        /**
         * Builds the comparison.
         *
         * @return the comparison
         * @throws IllegalArgumentException if there is no network, or no layer that all share
         */
        public ConflictComparison build() {
            if (reports.isEmpty()) {
                throw new IllegalArgumentException("reports: none given, right is at least one");
            }
            List<String> layers = new ArrayList<>(reports.values().iterator().next().layerNames());
            reports.values().forEach(report -> layers.retainAll(report.layerNames()));
            if (layers.isEmpty()) {
                throw new IllegalArgumentException(
                        "There is no layer that is shared in all of " + reports.keySet());
            }
            return new ConflictComparison(this, layers);
        }
    }
}
