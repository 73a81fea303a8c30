package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Prompts moved to the right, so that all end in the last column.
 *
 * @param ids [batch, time]
 * @param mask [batch, time], zeros first, or null if there is no padding
 */
record Prompts(INDArray ids, INDArray mask) {

    static Prompts of(INDArray ids, INDArray mask) {
        if (ids.rank() != 2) {
            throw new IllegalArgumentException(
                    "ids must be [batch, time], got shape " + Arrays.toString(ids.shape()));
        }
        float[] real = KeyPositions.mask("mask of ids", mask, ids.size(0), ids.size(1));
        int batch = (int) ids.size(0);
        int time = (int) ids.size(1);
        int[] lengths = KeyPositions.lengths(real, batch, time);
        int longest = Arrays.stream(lengths).max().orElse(0);
        if (Arrays.stream(lengths).min().orElse(0) == 0) {
            throw new IllegalArgumentException(
                    "each prompt needs at least one token, got lengths "
                            + Arrays.toString(lengths));
        }
        double[][] moved = new double[batch][longest];
        double[][] kept = new double[batch][longest];
        for (int b = 0; b < batch; b++) {
            int to = longest;
            for (int t = time - 1; t >= 0; t--) {
                if (real == null || real[b * time + t] != 0) {
                    moved[b][--to] = ids.getDouble(b, t);
                    kept[b][to] = 1;
                }
            }
            Arrays.fill(moved[b], 0, to, moved[b][to]); // an id that exists
        }
        boolean padded = Arrays.stream(lengths).anyMatch(n -> n < longest);
        INDArray values = Nd4j.createFromArray(moved);
        DataType type = DataType.FLOAT;
        return new Prompts(values, padded ? Nd4j.createFromArray(kept).castTo(type) : null);
    }

    int batch() {
        return (int) ids.size(0);
    }

    int time() {
        return (int) ids.size(1);
    }
}
