package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Reorders convolution weights between DL4J's [filter][channel][tap] and [tap][channel][filter], in
 * which every kernel position is a matrix of its own.
 */
final class WeightPacking {
    private static final int FILTERS = 64;
    private static final int COLUMNS = 144;

    private WeightPacking() {}

    /**
     * Copies weights.
     *
     * @param plain [filter][channel][tap]
     * @param packed [tap][channel][filter]
     * @param filters number of filters
     * @param channels number of channels
     * @param taps number of kernel positions
     * @param pack true from plain to packed, false back
     */
    static void copy(
            FloatBuffer plain,
            FloatBuffer packed,
            int filters,
            int channels,
            int taps,
            boolean pack) {
        int step = Math.max(1, COLUMNS / taps);
        int strips = (channels + step - 1) / step;
        Workers.loop(
                strips,
                2L * filters * channels * taps,
                (from, to) -> {
                    float[] rows = new float[FILTERS * step * taps];
                    float[] column = new float[FILTERS];
                    for (int strip = from; strip < to; strip++) {
                        int c0 = strip * step;
                        int c1 = Math.min(channels, c0 + step);
                        int width = (c1 - c0) * taps;
                        for (int f0 = 0; f0 < filters; f0 += FILTERS) {
                            int n = Math.min(FILTERS, filters - f0);
                            if (pack) {
                                for (int i = 0; i < n; i++) {
                                    int source = ((f0 + i) * channels + c0) * taps;
                                    plain.get(source, rows, i * width, width);
                                }
                            }
                            for (int j = 0; j < width; j++) {
                                int tap = j % taps;
                                int target = (tap * channels + c0 + j / taps) * filters + f0;
                                if (pack) {
                                    gather(rows, column, n, j, width);
                                    packed.put(target, column, 0, n);
                                } else {
                                    packed.get(target, column, 0, n);
                                    scatter(column, rows, n, j, width);
                                }
                            }
                            if (!pack) {
                                for (int i = 0; i < n; i++) {
                                    int target = ((f0 + i) * channels + c0) * taps;
                                    plain.put(target, rows, i * width, width);
                                }
                            }
                        }
                    }
                });
    }

    private static void gather(float[] rows, float[] column, int n, int j, int width) {
        for (int i = 0; i < n; i++) {
            column[i] = rows[i * width + j];
        }
    }

    private static void scatter(float[] column, float[] rows, int n, int j, int width) {
        for (int i = 0; i < n; i++) {
            rows[i * width + j] = column[i];
        }
    }
}
