package org.dl4jplugins.mtl.conflict;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * How often the cosine of two task gradients fell into each bin.
 *
 * <p>What one observation is, a (layer, pair of tasks, iteration) or a (pair of tasks, iteration)
 * for the whole model, is up to who made it: see {@link ConflictReport#distribution()} and {@link
 * ConflictReport#wholeModel()}.
 */
public final class CosineDistribution {

    private final CosineBins bins;
    private final long[] counts;

    /**
     * A distribution from counts.
     *
     * @param bins the bins
     * @param counts [bin], none negative
     * @throws IllegalArgumentException if the numbers of bins differ or a count is negative
     */
    public CosineDistribution(CosineBins bins, long... counts) {
        if (counts.length != bins.size()) {
            throw new IllegalArgumentException(
                    "counts: " + counts.length + " given, right are " + bins.size());
        }
        if (LongStream.of(counts).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("counts: " + Arrays.toString(counts));
        }
        this.bins = bins;
        this.counts = counts.clone();
    }

    static CosineDistribution none(CosineBins bins) {
        return new CosineDistribution(bins, new long[bins.size()]);
    }

    /**
     * The bins.
     *
     * @return the bins
     */
    public CosineBins bins() {
        return bins;
    }

    /**
     * The counts.
     *
     * @return a copy, [bin]
     */
    public long[] counts() {
        return counts.clone();
    }

    /**
     * How many cosines were seen.
     *
     * @return the sum of the counts
     */
    public long total() {
        return LongStream.of(counts).sum();
    }

    /**
     * How many cosines were strictly below a value.
     *
     * @param severity S, one of the cuts of the bins
     * @return the exact number of cosines {@code < severity}
     * @throws IllegalArgumentException if the bins have no cut there
     */
    public long countBelow(double severity) {
        return LongStream.of(counts).limit(bins.binsBelow(severity)).sum();
    }

    /**
     * Which part of the cosines was strictly below a value: the share of severe conflicts.
     *
     * @param severity S, one of the cuts of the bins
     * @return a number in [0, 1], 0 if nothing was seen
     * @throws IllegalArgumentException if the bins have no cut there
     */
    public double shareBelow(double severity) {
        long below = countBelow(severity);
        return below == 0 ? 0 : (double) below / total();
    }

    /**
     * A column of the paper's tables 6 and 8 to 10.
     *
     * @param edges strictly descending cuts of the bins, for example 0, -0.01, -0.02
     * @return [edge + 1] percent: first the cosines {@code >= edges[0]}, then those between
     *     neighboring edges, last those {@code < edges[last]}; all 0 if nothing was seen
     * @throws IllegalArgumentException if the edges do not descend or the bins have no cut at one
     */
    public double[] percentages(double... edges) {
        double[] percent = new double[edges.length + 1];
        long total = total();
        long left = total;
        for (int i = 0; i < edges.length; i++) {
            if (i > 0 && edges[i] >= edges[i - 1]) {
                throw new IllegalArgumentException(
                        "edges: " + Arrays.toString(edges) + " given, right are descending ones");
            }
            long below = countBelow(edges[i]);
            percent[i] = total == 0 ? 0 : 100.0 * (left - below) / total;
            left = below;
        }
        percent[edges.length] = total == 0 ? 0 : 100.0 * left / total;
        return percent;
    }

    /**
     * By how much severe conflicts became rarer: the paper's row "Red.", {@code 100 * (1 - after /
     * before)} of the shares below S. Table 6 for instance has 12.56 % with joint training and 3.79
     * % with Recon, a reduction of 69.82 %.
     *
     * @param before the distribution to compare with, for example joint training's
     * @param severity S, a cut of both
     * @return percent, negative if severe conflicts became more frequent; 0 if there were none
     *     before and after, negative infinity if there were none before only
     * @throws IllegalArgumentException if the bins of either have no cut there
     */
    public double reductionFrom(CosineDistribution before, double severity) {
        double was = before.shareBelow(severity);
        double is = shareBelow(severity);
        if (was == 0) {
            return is == 0 ? 0 : Double.NEGATIVE_INFINITY;
        }
        return 100 * (1 - is / was);
    }

    /**
     * Both distributions together.
     *
     * @param other one with the same bins
     * @return the sum
     * @throws IllegalArgumentException if the bins differ
     */
    public CosineDistribution plus(CosineDistribution other) {
        if (!bins.equals(other.bins)) {
            throw new IllegalArgumentException("Other bins: " + bins + " and " + other.bins);
        }
        long[] sum = counts();
        Arrays.setAll(sum, bin -> sum[bin] + other.counts[bin]);
        return new CosineDistribution(bins, sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CosineDistribution that
                && bins.equals(that.bins)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return 31 * bins.hashCode() + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int bin = 0; bin < counts.length; bin++) {
            text.append(bins.label(bin)).append(": ").append(counts[bin]).append('\n');
        }
        return text.toString();
    }
}
