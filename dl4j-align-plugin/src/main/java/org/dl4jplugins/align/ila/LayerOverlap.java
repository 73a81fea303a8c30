package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.HypergeometricDistribution;
import org.dl4jplugins.core.report.HeatMap;
import org.dl4jplugins.core.report.Table;

/**
 * How alike the important layers of several runs are: other data sets, seeds, checkpoints, methods.
 *
 * <p>From the paper (ILA, arXiv 2410.17875): the Jaccard index of the sets of important layers,
 * nearly 90 % between alignment data sets. Large sets overlap by chance alone (0.6 if three
 * quarters of the layers are important), so {@link #expectedByChance} stands beside it; that is
 * ours.
 */
public final class LayerOverlap {

    private final double fraction;
    private final List<String> runs;
    private final List<LayerMask> masks;

    private LayerOverlap(double fraction, List<String> runs, List<LayerMask> masks) {
        this.fraction = fraction;
        this.runs = runs;
        this.masks = masks;
    }

    /**
     * Compares the most important layers of runs.
     *
     * @param reports at least one, of the same architecture and with different {@linkplain
     *     LayerSignificance#run() names}
     * @param fraction of all layers that counts as important, above 0 and at most 1
     * @return the comparison
     * @throws IllegalArgumentException if two runs have the same name or different architectures,
     *     or the fraction is out of range
     */
    public static LayerOverlap of(List<LayerSignificance> reports, double fraction) {
        Ensure.that(!reports.isEmpty(), "reports: none given, right is at least one");
        List<String> runs = new ArrayList<>();
        List<LayerMask> masks = new ArrayList<>();
        LayerSignificance first = reports.get(0);
        for (LayerSignificance report : reports) {
            Ensure.that(!runs.contains(report.run()), "run: '%s' given twice", report.run());
            first.architecture()
                    .requireSame(
                            report.architecture(),
                            "'" + first.run() + "'",
                            "'" + report.run() + "'");
            runs.add(report.run());
            masks.add(report.keepMost(fraction));
        }
        return new LayerOverlap(fraction, List.copyOf(runs), List.copyOf(masks));
    }

    /** {@return the names of the runs in the order given} */
    public List<String> runs() {
        return runs;
    }

    /** {@return the fraction of all layers that counts as important} */
    public double fraction() {
        return fraction;
    }

    /** {@return the Jaccard index of every two runs, [run, run], symmetric, 1 on the diagonal} */
    public double[][] matrix() {
        return masks.stream()
                .map(a -> masks.stream().mapToDouble(a::jaccard).toArray())
                .toArray(double[][]::new);
    }

    /** {@return the mean Jaccard index over all pairs of runs, NaN for a single run} */
    public double mean() {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < masks.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += masks.get(i).jaccard(masks.get(j));
                pairs++;
            }
        }
        return pairs == 0 ? Double.NaN : sum / pairs;
    }

    /**
     * The Jaccard index that two independent, uniformly drawn sets of this size have on average,
     * exactly: the common layers follow a hypergeometric distribution.
     *
     * @return 0 to 1
     */
    public double expectedByChance() {
        int all = masks.get(0).layers().size();
        int kept = masks.get(0).kept().size();
        HypergeometricDistribution common = new HypergeometricDistribution(null, all, kept, kept);
        double expected = 0;
        for (int m = common.getSupportLowerBound(); m <= common.getSupportUpperBound(); m++) {
            expected += common.probability(m) * m / (2.0 * kept - m);
        }
        return expected;
    }

    /** {@return the names of the layers that are important in all runs, in the network's order} */
    public List<String> inAllRuns() {
        List<String> common = new ArrayList<>(masks.get(0).keptNames());
        masks.forEach(mask -> common.retainAll(mask.keptNames()));
        return List.copyOf(common);
    }

    /**
     * How often layers are important.
     *
     * @return the layers in the network's order and the number of runs in which each is important
     */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (AdaptedMatrix layer : masks.get(0).layers()) {
            String name = layer.name();
            counts.put(name, (int) masks.stream().filter(mask -> mask.keeps(name)).count());
        }
        return counts;
    }

    /**
     * The Jaccard indices as colors.
     *
     * @return a row and a column for each run
     */
    public HeatMap chart() {
        return HeatMap.builder("Overlap of the " + percent(fraction) + " most important layers")
                .rows(runs)
                .columns(runs)
                .values(matrix())
                .range(0, 1)
                .build();
    }

    /**
     * The Jaccard indices as numbers.
     *
     * @return a row and a column for each run
     */
    public Table table() {
        Table.Builder table = Table.builder().text("Jaccard index");
        runs.forEach(run -> table.number(run, "%.3f", Table.Best.UNMARKED));
        double[][] values = matrix();
        for (int i = 0; i < values.length; i++) {
            List<Object> cells = new ArrayList<>(List.of(runs.get(i)));
            for (double value : values[i]) {
                cells.add(value);
            }
            table.row(cells.toArray());
        }
        return table.build();
    }

    static String percent(double fraction) {
        double percent = Math.rint(fraction * 1000) / 10;
        return (percent == Math.rint(percent) ? Long.toString((long) percent) : "" + percent)
                + " %";
    }
}
