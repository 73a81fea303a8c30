package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Loops over matrices [row][channel]. Rows are processed in tiles of several, with the per-channel
 * coefficients repeated as often, so that the inner loops are long whatever the number of channels.
 */
final class Channels {
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

    /**
     * Adds a tile of partial sums to per-channel sums.
     *
     * @param tile partial sums
     * @param sums one per channel, increased; other threads may do the same
     */
    static void collect(float[] tile, double[] sums) {
        double[] folded = new double[sums.length];
        for (int i = 0; i < tile.length; i++) {
            folded[i % sums.length] += tile[i];
        }
        synchronized (sums) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] += folded[c];
            }
        }
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
        Workers.loop(
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
                    collect(total, sums);
                });
        for (int c = 0; c < channels; c++) {
            sum.put(c, (float) sums[c]);
        }
    }
}
