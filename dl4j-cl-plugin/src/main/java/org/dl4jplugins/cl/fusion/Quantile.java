package org.dl4jplugins.cl.fusion;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Quantile of non-negative importances, linear between neighbors at position q (n - 1), without
 * sorting: from a {@link Bracket} or, if that fails, by counting, as the bits of non-negative
 * floats are in the floats' order.
 */
final class Quantile {
    private static final int[] SHIFTS = {20, 9, 0};
    private static final int[] BINS = {1 << 11, 1 << 11, 1 << 9};

    private Quantile() {}

    /**
     * The quantile of {@code mean * deviation}.
     *
     * @param mean dense FLOAT or DOUBLE, no negative elements
     * @param deviation the same, or null for 1
     * @param from first element
     * @param length number of elements, at least 1
     * @param q in [0, 1)
     */
    static double of(INDArray mean, INDArray deviation, long from, long length, double q) {
        double position = q * (length - 1);
        long rank = (long) Math.floor(position);
        double between = position - rank;
        switch (mean.dataType()) {
            case FLOAT -> {
                Chunks scores = new Chunks(mean, deviation, from, length);
                Bracket bracket = Bracket.around(scores, q);
                float low = bracket.rank(rank);
                low = Float.isNaN(low) ? select(scores, rank) : low;
                float high = between == 0 ? low : bracket.rank(rank + 1);
                high = Float.isNaN(high) ? next(scores, low, rank + 1) : high;
                return low + between * (high - low);
            }
            default -> {
                double[] sorted = new double[(int) length];
                for (int i = 0; i < length; i++) {
                    double u = deviation == null ? 1 : deviation.getDouble(from + i);
                    sorted[i] = mean.getDouble(from + i) * u;
                }
                Arrays.sort(sorted);
                double low = sorted[(int) rank];
                return between == 0 ? low : low + between * (sorted[(int) rank + 1] - low);
            }
        }
    }

    /** The element of a rank, counted from 0. */
    static float select(Chunks scores, long rank) {
        int prefix = 0;
        long below = 0;
        for (int level = 0; level < SHIFTS.length; level++) {
            long[] counts =
                    scores.count(
                            prefix,
                            level == 0 ? 31 : SHIFTS[level - 1],
                            SHIFTS[level],
                            BINS[level]);
            int bin = 0;
            while (below + counts[bin] <= rank) {
                below += counts[bin++];
            }
            prefix |= bin << SHIFTS[level];
        }
        return Float.intBitsToFloat(prefix);
    }

    /** The element of the next rank: the same value if it comes often, else the next larger. */
    static float next(Chunks scores, float low, long rank) {
        long[] atMost = {0};
        float[] above = {Float.POSITIVE_INFINITY};
        scores.each(
                (values, n) -> {
                    int count = 0;
                    float least = Float.POSITIVE_INFINITY;
                    for (int i = 0; i < n; i++) {
                        count += values[i] <= low ? 1 : 0;
                        least = Math.min(least, values[i] > low ? values[i] : least);
                    }
                    synchronized (atMost) {
                        atMost[0] += count;
                        above[0] = Math.min(above[0], least);
                    }
                });
        return atMost[0] > rank ? low : above[0];
    }
}
