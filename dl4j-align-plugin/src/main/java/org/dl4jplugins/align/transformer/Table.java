package org.dl4jplugins.align.transformer;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of a matrix by number, without one-hot matrices; a negative number means no row. FLOAT
 * tables in 'c' order are read and written directly, on all cores; the others by ND4J.
 */
final class Table {
    /** Columns that one thread adds at a time. */
    private static final int STRIPE = 64;

    private Table() {}

    /**
     * {@code out[i] := table[rows[i]]}, zeros where there is no row.
     *
     * @param table [rows, width]
     * @param rows for each row of out
     * @param out [tokens, width], dense in 'c' order
     */
    static void gather(INDArray table, int[] rows, INDArray out) {
        if (!Floats.dense(table) || !Floats.dense(out)) {
            for (int i = 0; i < rows.length; i++) {
                INDArray to = out.getRow(i);
                if (rows[i] < 0) {
                    to.assign(0);
                } else {
                    to.assign(table.getRow(rows[i]));
                }
            }
            return;
        }
        int width = (int) table.size(1);
        FloatBuffer from = Floats.of(table);
        FloatBuffer to = Floats.of(out);
        float[] zeros = new float[width];
        Workers.loop(
                rows.length,
                out.length(),
                (first, end) -> {
                    for (int i = first; i < end; i++) {
                        if (rows[i] < 0) {
                            to.put(i * width, zeros, 0, width);
                        } else {
                            to.put(i * width, from, rows[i] * width, width);
                        }
                    }
                });
    }

    /**
     * {@code table[rows[i]] += factor * gradient[i]}, the same sums in the same order whatever the
     * number of threads.
     *
     * @param gradient [tokens, width]
     * @param factor scales the gradient
     * @param rows for each row of the gradient
     * @param skip a row that takes no gradient, or -1
     * @param table [rows, width]
     */
    static void scatterAdd(INDArray gradient, double factor, int[] rows, int skip, INDArray table) {
        if (!Floats.dense(table) || !Floats.dense(gradient)) {
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] >= 0 && rows[i] != skip) {
                    table.getRow(rows[i]).addi(gradient.getRow(i).mul(factor));
                }
            }
            return;
        }
        int width = (int) table.size(1);
        FloatBuffer from = Floats.of(gradient);
        FloatBuffer to = Floats.of(table);
        float scale = (float) factor;
        Workers.loop(
                (width + STRIPE - 1) / STRIPE,
                gradient.length(),
                (first, end) -> {
                    int start = first * STRIPE;
                    int n = Math.min(width, end * STRIPE) - start;
                    float[] sum = new float[n];
                    float[] add = new float[n];
                    for (int i = 0; i < rows.length; i++) {
                        if (rows[i] >= 0 && rows[i] != skip) {
                            int at = rows[i] * width + start;
                            to.get(at, sum, 0, n);
                            from.get(i * width + start, add, 0, n);
                            for (int j = 0; j < n; j++) {
                                sum[j] += scale * add[j];
                            }
                            to.put(at, sum, 0, n);
                        }
                    }
                });
        Reference.reachabilityFence(gradient); // its address alone does not keep it
    }

    /**
     * {@code out[i] := x[i] + table[rows[i]]}.
     *
     * @param x [tokens, width]
     * @param table [rows, width]
     * @param rows for each row of x
     * @param out [tokens, width], dense in 'c' order
     */
    static void addRows(INDArray x, INDArray table, int[] rows, INDArray out) {
        gather(table, rows, out);
        if (!Floats.dense(x) || !Floats.dense(out)) {
            out.addi(x);
            return;
        }
        int width = (int) table.size(1);
        FloatBuffer from = Floats.of(x);
        FloatBuffer to = Floats.of(out);
        Workers.loop(
                rows.length,
                out.length(),
                (first, end) -> {
                    float[] sum = new float[width];
                    float[] add = new float[width];
                    for (int at = first * width; at < end * width; at += width) {
                        to.get(at, sum, 0, width);
                        from.get(at, add, 0, width);
                        for (int j = 0; j < width; j++) {
                            sum[j] += add[j];
                        }
                        to.put(at, sum, 0, width);
                    }
                });
        Reference.reachabilityFence(x);
    }

    /** Fills a table with zeros. */
    static void zero(INDArray table) {
        if (!Floats.dense(table)) {
            table.assign(0);
            return;
        }
        long width = table.size(1);
        long address = Floats.address(table);
        Workers.loop(
                (int) table.size(0),
                table.length(),
                (first, end) ->
                        Floats.zero(address + first * width * Float.BYTES, (end - first) * width));
    }
}
