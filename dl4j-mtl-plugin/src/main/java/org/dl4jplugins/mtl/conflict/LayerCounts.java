package org.dl4jplugins.mtl.conflict;

import java.util.Arrays;

/** Counts of cosines, all pairs together, over a stretch of the training. */
final class LayerCounts {

    private final long[][] counts;
    private long iterations;

    /** Nothing counted yet; counts are [row, bin], a row for each layer and one for the model. */
    LayerCounts(int rows, int bins) {
        this(new long[rows][bins], 0);
    }

    /** Takes over the array. */
    LayerCounts(long[][] counts, long iterations) {
        this.counts = counts;
        this.iterations = iterations;
    }

    long iterations() {
        return iterations;
    }

    void beginIteration() {
        iterations++;
    }

    void add(int row, int bin) {
        counts[row][bin]++;
    }

    long[] row(int row) {
        return counts[row].clone();
    }

    long[][] all() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    LayerCounts copy() {
        return new LayerCounts(all(), iterations);
    }

    LayerCounts plus(LayerCounts other) {
        long[][] sum = all();
        addTo(sum, other.counts);
        return new LayerCounts(sum, iterations + other.iterations);
    }

    static void addTo(long[][] sum, long[][] more) {
        for (int row = 0; row < sum.length; row++) {
            for (int bin = 0; bin < sum[row].length; bin++) {
                sum[row][bin] += more[row][bin];
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerCounts that
                && iterations == that.iterations
                && Arrays.deepEquals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(counts);
    }
}
