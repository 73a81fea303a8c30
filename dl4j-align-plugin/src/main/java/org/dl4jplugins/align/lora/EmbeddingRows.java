package org.dl4jplugins.align.lora;

import java.util.Map;
import java.util.TreeMap;
import org.dl4jplugins.align.transformer.TokenIds;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows of tables in any order by the ids of a batch; masked ids have no row. */
final class EmbeddingRows {
    private final TokenIds ids;
    private final int[] rows;
    private final boolean masked;

    EmbeddingRows(TokenIds ids) {
        this.ids = ids;
        rows = new int[ids.size()];
        boolean some = false;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Math.max(ids.id(i), 0);
            some |= ids.id(i) < 0;
        }
        masked = some;
    }

    TokenIds ids() {
        return ids;
    }

    /** {@code out[i] := table[id i]}, out [tokens, width] in 'c' order. */
    void gather(INDArray table, INDArray out) {
        Nd4j.pullRows(table, out, 1, rows);
    }

    /** Zeros what belongs to masked ids, [tokens, width]. */
    void zeroMasked(INDArray values) {
        for (int i = 0; masked && i < rows.length; i++) {
            if (ids.id(i) < 0) {
                values.getRow(i).assign(0);
            }
        }
    }

    /**
     * {@code table[id i] := sum of gradient[i]}, zeros in all other rows.
     *
     * @param gradient [tokens, width]
     * @param skip an id that takes no gradient, or -1
     * @param table overwritten
     */
    void scatter(INDArray gradient, int skip, INDArray table) {
        int width = (int) gradient.size(1);
        double[] values =
                gradient.dup('c').reshape(new long[] {gradient.length()}).toDoubleVector();
        Map<Integer, double[]> sums = new TreeMap<>();
        for (int i = 0; i < rows.length; i++) {
            if (ids.id(i) >= 0 && ids.id(i) != skip) {
                double[] sum = sums.computeIfAbsent(rows[i], row -> new double[width]);
                for (int j = 0; j < width; j++) {
                    sum[j] += values[i * width + j];
                }
            }
        }
        table.assign(0);
        sums.forEach(
                (row, sum) -> {
                    for (int j = 0; j < width; j++) {
                        table.putScalar(row, j, sum[j]);
                    }
                });
    }
}
