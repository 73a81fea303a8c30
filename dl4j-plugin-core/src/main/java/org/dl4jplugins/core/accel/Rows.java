package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/** Loops over single rows of floats on the heap, small enough for the compiler to vectorize. */
final class Rows {
    private static final int TILE = 64;

    private Rows() {}

    /**
     * Runs over a long vector in chunks that fit the cache, on all cores.
     *
     * @param length elements
     * @param body called with the bounds of each chunk
     */
    static void chunks(int length, Workers.Range body) {
        Workers.loop(
                (length + Floats.CHUNK - 1) / Floats.CHUNK,
                length,
                (from, to) -> {
                    for (int c = from; c < to; c++) {
                        int start = c * Floats.CHUNK;
                        body.run(start, Math.min(length, start + Floats.CHUNK));
                    }
                });
    }

    /**
     * {@code a += b}.
     *
     * @param a summand and result
     * @param b summand
     * @param n elements
     */
    static void add(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] += b[i];
        }
    }

    /**
     * {@code a *= factor}.
     *
     * @param a values
     * @param factor the factor
     * @param n elements
     */
    static void scale(float[] a, float factor, int n) {
        for (int i = 0; i < n; i++) {
            a[i] *= factor;
        }
    }

    /**
     * {@code a := max(a, 0)}.
     *
     * @param a values
     * @param n elements
     */
    static void positive(float[] a, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = Math.max(a[i], 0f);
        }
    }

    /**
     * {@code d := a > 0 ? d : 0}, without a branch: a float is above zero if and only if its bits
     * are as an integer, which is when the sign bit of {@code ~a & -a} is set.
     *
     * @param d bits of the values
     * @param a bits of the signs
     * @param n elements
     */
    static void wherePositive(int[] d, int[] a, int n) {
        for (int i = 0; i < n; i++) {
            d[i] &= (~a[i] & -a[i]) >> 31;
        }
    }

    /**
     * Transposes a matrix.
     *
     * @param from [rows][columns]
     * @param to [columns][rows]
     * @param rows number of rows
     * @param columns number of columns
     */
    static void transpose(FloatBuffer from, FloatBuffer to, int rows, int columns) {
        int strips = (columns + TILE - 1) / TILE;
        Workers.loop(
                strips,
                2L * rows * columns,
                (first, end) -> {
                    float[] a = new float[TILE * TILE];
                    float[] b = new float[TILE * TILE];
                    for (int strip = first; strip < end; strip++) {
                        int c = strip * TILE;
                        int nc = Math.min(TILE, columns - c);
                        for (int r = 0; r < rows; r += TILE) {
                            int nr = Math.min(TILE, rows - r);
                            for (int i = 0; i < nr; i++) {
                                from.get((r + i) * columns + c, a, i * nc, nc);
                            }
                            flip(a, b, nr, nc);
                            for (int j = 0; j < nc; j++) {
                                to.put((c + j) * rows + r, b, j * nr, nr);
                            }
                        }
                    }
                });
    }

    /**
     * Transposes a matrix on the heap.
     *
     * @param from [rows][columns]
     * @param to [columns][rows]
     * @param rows number of rows
     * @param columns number of columns
     */
    static void flip(float[] from, float[] to, int rows, int columns) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[j * rows + i] = from[i * columns + j];
            }
        }
    }
}
