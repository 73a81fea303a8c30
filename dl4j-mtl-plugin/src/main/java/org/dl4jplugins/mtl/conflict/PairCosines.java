package org.dl4jplugins.mtl.conflict;

import java.util.Arrays;

/** What is kept of one pair of tasks: counts, sum and minimum of its cosines, per row. */
final class PairCosines {

    private final long[][] counts;
    private final double[] sums;
    private final double[] minima;
    private final long[] seen;

    /** Nothing seen yet; a row for each layer and one for the model. */
    PairCosines(int rows, int bins) {
        this(new long[rows][bins], new double[rows], new double[rows]);
    }

    /** Takes over the arrays: counts [row, bin], sums [row], minima [row] (0 where none seen). */
    PairCosines(long[][] counts, double[] sums, double[] minima) {
        this.counts = counts;
        this.sums = sums;
        this.minima = minima;
        this.seen = Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).toArray();
    }

    void add(int row, int bin, double cosine) {
        minima[row] = seen[row] == 0 ? cosine : Math.min(minima[row], cosine);
        seen[row]++;
        sums[row] += cosine;
        counts[row][bin]++;
    }

    long seen(int row) {
        return seen[row];
    }

    double sum(int row) {
        return sums[row];
    }

    double minimum(int row) {
        return minima[row];
    }

    long[] row(int row) {
        return counts[row].clone();
    }

    PairCosines copy() {
        return new PairCosines(
                Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new),
                sums.clone(),
                minima.clone());
    }

    PairCosines plus(PairCosines other) {
        PairCosines sum = copy();
        for (int row = 0; row < sums.length; row++) {
            if (other.seen[row] > 0) {
                sum.minima[row] =
                        seen[row] == 0
                                ? other.minima[row]
                                : Math.min(minima[row], other.minima[row]);
            }
            sum.sums[row] += other.sums[row];
        }
        LayerCounts.addTo(sum.counts, other.counts);
        return new PairCosines(sum.counts, sum.sums, sum.minima);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PairCosines that
                && Arrays.deepEquals(counts, that.counts)
                && Arrays.equals(sums, that.sums)
                && Arrays.equals(minima, that.minima);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(counts);
    }
}
