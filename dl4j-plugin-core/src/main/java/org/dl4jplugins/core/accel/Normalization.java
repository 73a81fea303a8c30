package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Batch normalization of a stored matrix [pixel][batch][channel], the batch made of equal parts
 * with statistics of their own. Statistics take two passes (mean, then squared distances from it),
 * which keeps single precision safe for large means.
 */
final class Normalization {
    private final int pixels;
    private final int channels;
    private final int groups;
    private final int rows; // of one group within one pixel

    /**
     * Sets the sizes.
     *
     * @param pixels pixels per example
     * @param batch examples
     * @param channels channels
     * @param groups equal parts of the batch
     */
    Normalization(int pixels, int batch, int channels, int groups) {
        // without groups all pixels are one long matrix
        this.pixels = groups == 1 ? 1 : pixels;
        this.rows = groups == 1 ? pixels * batch : batch / groups;
        this.channels = channels;
        this.groups = groups;
    }

    /**
     * Values per group and channel.
     *
     * @return number of values behind one statistic
     */
    int count() {
        return pixels * rows;
    }

    /** Work on one tile of a group. */
    @FunctionalInterface
    private interface Tile {
        void run(int offset, int length);
    }

    private void tiles(int group, int from, int to, Tile body) {
        int step = Channels.tileRows(channels);
        int perPixel = (rows + step - 1) / step;
        for (int t = from; t < to; t++) {
            int pixel = t / perPixel;
            int row = t % perPixel * step;
            int offset = (pixel * groups + group) * rows + row;
            body.run(offset * channels, Math.min(step, rows - row) * channels);
        }
    }

    private void loop(Workers.Range body) {
        Workers.loop(tiles(), elements(), body);
    }

    private int tiles() {
        int step = Channels.tileRows(channels);
        return pixels * ((rows + step - 1) / step);
    }

    private long elements() {
        return 2L * pixels * rows * channels;
    }

    private int tileLength() {
        return Channels.tileRows(channels) * channels;
    }

    /**
     * Mean of a group.
     *
     * @param x stored input
     * @param group the group
     * @return one mean per channel
     */
    double[] mean(FloatBuffer x, int group) {
        double[] sums = new double[channels];
        Channels.collect(
                tiles(),
                elements(),
                (from, to) -> {
                    float[] a = new float[tileLength()];
                    float[] total = new float[tileLength()];
                    tiles(
                            group,
                            from,
                            to,
                            (offset, n) -> {
                                x.get(offset, a, 0, n);
                                Rows.add(total, a, n);
                            });
                    return new float[][] {total};
                },
                sums);
        return divide(sums);
    }

    /**
     * Variance of a group, divided by the number of values.
     *
     * @param x stored input
     * @param group the group
     * @param mean of the group
     * @return one variance per channel
     */
    double[] variance(FloatBuffer x, int group, double[] mean) {
        float[] center = Channels.tile(mean, channels);
        double[] sums = new double[channels];
        Channels.collect(
                tiles(),
                elements(),
                (from, to) -> {
                    float[] a = new float[tileLength()];
                    float[] total = new float[tileLength()];
                    tiles(
                            group,
                            from,
                            to,
                            (offset, n) -> {
                                x.get(offset, a, 0, n);
                                addSquares(total, a, center, n);
                            });
                    return new float[][] {total};
                },
                sums);
        return divide(sums);
    }

    private double[] divide(double[] sums) {
        for (int c = 0; c < channels; c++) {
            sums[c] /= count();
        }
        return sums;
    }

    /**
     * {@code y := (x - center) * scale + shift}.
     *
     * @param x stored input
     * @param y stored output
     * @param group the group
     * @param center per channel
     * @param scale per channel
     * @param shift per channel
     */
    void apply(
            FloatBuffer x,
            FloatBuffer y,
            int group,
            double[] center,
            double[] scale,
            double[] shift) {
        float[] m = Channels.tile(center, channels);
        float[] s = Channels.tile(scale, channels);
        float[] b = Channels.tile(shift, channels);
        loop(
                (from, to) -> {
                    float[] a = new float[tileLength()];
                    tiles(
                            group,
                            from,
                            to,
                            (offset, n) -> {
                                x.get(offset, a, 0, n);
                                affine(a, m, s, b, n);
                                y.put(offset, a, 0, n);
                            });
                });
    }

    /**
     * Sums for the parameter gradients.
     *
     * @param x stored input
     * @param dy stored output gradient
     * @param group the group
     * @param center mean of the group
     * @param sum receives the sum of dy per channel
     * @param product receives the sum of dy (x - center) per channel
     */
    void sums(
            FloatBuffer x,
            FloatBuffer dy,
            int group,
            double[] center,
            double[] sum,
            double[] product) {
        float[] m = Channels.tile(center, channels);
        Channels.collect(
                tiles(),
                elements(),
                (from, to) -> {
                    float[] a = new float[tileLength()];
                    float[] d = new float[tileLength()];
                    float[] s = new float[tileLength()];
                    float[] p = new float[tileLength()];
                    tiles(
                            group,
                            from,
                            to,
                            (offset, n) -> {
                                x.get(offset, a, 0, n);
                                dy.get(offset, d, 0, n);
                                Rows.add(s, d, n);
                                addProducts(p, a, m, d, n);
                            });
                    return new float[][] {s, p};
                },
                sum,
                product);
    }

    /**
     * {@code dx := dy * scale + (x - center) * slope + shift}.
     *
     * @param x stored input
     * @param dy stored output gradient
     * @param dx stored input gradient, overwritten
     * @param group the group
     * @param center per channel
     * @param scale per channel
     * @param slope per channel
     * @param shift per channel
     */
    void backward(
            FloatBuffer x,
            FloatBuffer dy,
            FloatBuffer dx,
            int group,
            double[] center,
            double[] scale,
            double[] slope,
            double[] shift) {
        float[] m = Channels.tile(center, channels);
        float[] s = Channels.tile(scale, channels);
        float[] l = Channels.tile(slope, channels);
        float[] b = Channels.tile(shift, channels);
        loop(
                (from, to) -> {
                    float[] a = new float[tileLength()];
                    float[] d = new float[tileLength()];
                    tiles(
                            group,
                            from,
                            to,
                            (offset, n) -> {
                                x.get(offset, a, 0, n);
                                dy.get(offset, d, 0, n);
                                affine(a, m, l, b, n);
                                addScaled(a, d, s, n);
                                dx.put(offset, a, 0, n);
                            });
                });
    }

    private static void addSquares(float[] total, float[] a, float[] center, int n) {
        for (int i = 0; i < n; i++) {
            float d = a[i] - center[i];
            total[i] += d * d;
        }
    }

    private static void addProducts(float[] total, float[] a, float[] m, float[] d, int n) {
        for (int i = 0; i < n; i++) {
            total[i] += (a[i] - m[i]) * d[i];
        }
    }

    private static void affine(float[] a, float[] center, float[] scale, float[] shift, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = (a[i] - center[i]) * scale[i] + shift[i];
        }
    }

    private static void addScaled(float[] a, float[] d, float[] scale, int n) {
        for (int i = 0; i < n; i++) {
            a[i] += d[i] * scale[i];
        }
    }
}
