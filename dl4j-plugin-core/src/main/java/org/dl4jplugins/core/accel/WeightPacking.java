package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Reorders convolution weights between DL4J's [filter][channel][tap] and [tap][channel][filter], in
 * which every kernel position is a matrix of its own.
 */
final class WeightPacking {
    private static final int FILTERS = 64;
    private static final int COLUMNS = 144;
    private static final int UNROLL = 8;

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
                    float[] columns = new float[FILTERS * UNROLL];
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
                            for (int j = 0; j < width; j += UNROLL) {
                                int m = Math.min(UNROLL, width - j);
                                if (pack) {
                                    gather(rows, columns, n, j, width, m);
                                }
                                for (int q = 0; q < m; q++) {
                                    int tap = (j + q) % taps;
                                    int channel = c0 + (j + q) / taps;
                                    int target = (tap * channels + channel) * filters + f0;
                                    if (pack) {
                                        packed.put(target, columns, q * FILTERS, n);
                                    } else {
                                        packed.get(target, columns, q * FILTERS, n);
                                    }
                                }
                                if (!pack) {
                                    scatter(columns, rows, n, j, width, m);
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

    /** Several columns at a time: neighbors share a cache line. */
    private static void gather(float[] rows, float[] columns, int n, int j, int width, int m) {
        if (m < UNROLL) {
            for (int i = 0; i < n; i++) {
                for (int q = 0; q < m; q++) {
                    columns[q * FILTERS + i] = rows[i * width + j + q];
                }
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            int from = i * width + j;
            columns[i] = rows[from];
            columns[FILTERS + i] = rows[from + 1];
            columns[2 * FILTERS + i] = rows[from + 2];
            columns[3 * FILTERS + i] = rows[from + 3];
            columns[4 * FILTERS + i] = rows[from + 4];
            columns[5 * FILTERS + i] = rows[from + 5];
            columns[6 * FILTERS + i] = rows[from + 6];
            columns[7 * FILTERS + i] = rows[from + 7];
        }
    }

    private static void scatter(float[] columns, float[] rows, int n, int j, int width, int m) {
        if (m < UNROLL) {
            for (int i = 0; i < n; i++) {
                for (int q = 0; q < m; q++) {
                    rows[i * width + j + q] = columns[q * FILTERS + i];
                }
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            int to = i * width + j;
            rows[to] = columns[i];
            rows[to + 1] = columns[FILTERS + i];
            rows[to + 2] = columns[2 * FILTERS + i];
            rows[to + 3] = columns[3 * FILTERS + i];
            rows[to + 4] = columns[4 * FILTERS + i];
            rows[to + 5] = columns[5 * FILTERS + i];
            rows[to + 6] = columns[6 * FILTERS + i];
            rows[to + 7] = columns[7 * FILTERS + i];
        }
    }
}
