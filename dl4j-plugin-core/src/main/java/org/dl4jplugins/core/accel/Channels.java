package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Loops over matrices [row][channel]. Rows are processed in tiles of several, with the per-channel
 * coefficients repeated as often, so that the inner loops are long whatever the number of channels.
 */
final class Channels {
    /** Elements from which a partial sum of its own pays. */
    private static final int PART = 1 << 15;

    private static final int MOST_PARTS = 64;

    private Channels() {}

    /**
     * Rows per tile.
     *
     * @param channels columns
     * @return at least 1
     */
    static int tileRows(int channels) {
        return Math.max(1, Floats.CHUNK / channels);
    }

    /**
     * Per-channel values repeated for a tile.
     *
     * @param values one per channel
     * @param channels number of values to repeat
     * @return {@link #tileRows} copies
     */
    static float[] tile(double[] values, int channels) {
        float[] tile = new float[channels * tileRows(channels)];
        for (int i = 0; i < tile.length; i++) {
            tile[i] = (float) values[i % channels];
        }
        return tile;
    }

    /** Sums over a range of tiles. */
    @FunctionalInterface
    interface Partial {
        /**
         * Sums for {@code from <= i < to}.
         *
         * @param from first tile
         * @param to one behind the last tile
         * @return one tile of partial sums per wanted sum
         */
        float[][] run(int from, int to);
    }

    /**
     * Sums of tiles, added in an order that depends on the sizes only, not on the threads.
     *
     * @param tiles number of tiles
     * @param elements floats that the whole loop touches
     * @param body called for ranges that cover 0 to tiles - 1 exactly once
     * @param sums per wanted sum one value per channel, increased
     */
    static void collect(int tiles, long elements, Partial body, double[]... sums) {
        int parts = (int) Math.min(tiles, Math.max(1, Math.min(MOST_PARTS, elements / PART)));
        double[][][] slots = new double[parts][][];
        Workers.loop(
                parts,
                elements,
                (from, to) -> {
                    for (int p = from; p < to; p++) {
                        int first = (int) ((long) tiles * p / parts);
                        int end = (int) ((long) tiles * (p + 1) / parts);
                        float[][] partial = body.run(first, end);
                        slots[p] = new double[sums.length][];
                        for (int i = 0; i < sums.length; i++) {
                            slots[p][i] = fold(partial[i], sums[i].length);
                        }
                    }
                });
        for (double[][] slot : slots) {
            for (int i = 0; i < sums.length; i++) {
                for (int c = 0; c < sums[i].length; c++) {
                    sums[i][c] += slot[i][c];
                }
            }
        }
    }

    private static double[] fold(float[] tile, int channels) {
        double[] folded = new double[channels];
        for (int row = 0; row < tile.length; row += channels) {
            for (int c = 0; c < channels; c++) {
                folded[c] += tile[row + c];
            }
        }
        return folded;
    }

    /**
     * {@code x[r][c] += v[c]}.
     *
     * @param x matrix
     * @param v one value per channel
     * @param rows number of rows
     */
    static void addToRows(FloatBuffer x, FloatBuffer v, int rows) {
        int channels = v.capacity();
        double[] values = new double[channels];
        for (int c = 0; c < channels; c++) {
            values[c] = v.get(c);
        }
        float[] add = tile(values, channels);
        int step = tileRows(channels);
        Workers.loop(
                (rows + step - 1) / step,
                (long) rows * channels,
                (from, to) -> {
                    float[] a = new float[add.length];
                    for (int t = from; t < to; t++) {
                        int n = Math.min(step, rows - t * step) * channels;
                        x.get(t * step * channels, a, 0, n);
                        Rows.add(a, add, n);
                        x.put(t * step * channels, a, 0, n);
                    }
                });
    }

    /**
     * {@code sum[c] := } sum over rows of {@code x[r][c]}.
     *
     * @param x matrix
     * @param sum one value per channel
     * @param rows number of rows
     */
    static void sumRows(FloatBuffer x, FloatBuffer sum, int rows) {
        int channels = sum.capacity();
        double[] sums = new double[channels];
        int step = tileRows(channels);
        collect(
                (rows + step - 1) / step,
                (long) rows * channels,
                (from, to) -> {
                    float[] a = new float[step * channels];
                    float[] total = new float[step * channels];
                    for (int t = from; t < to; t++) {
                        int n = Math.min(step, rows - t * step) * channels;
                        x.get(t * step * channels, a, 0, n);
                        Rows.add(total, a, n);
                    }
                    return new float[][] {total};
                },
                sums);
        for (int c = 0; c < channels; c++) {
            sum.put(c, (float) sums[c]);
        }
    }
}
