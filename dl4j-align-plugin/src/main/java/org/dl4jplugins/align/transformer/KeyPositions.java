package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Masks on the heap, and the positions of tokens among those that are no padding. */
final class KeyPositions {
    private KeyPositions() {}

    /**
     * Reads a mask.
     *
     * @param what name for the error message
     * @param mask [batch, time] or null
     * @param batch expected size
     * @param time expected size
     * @return [batch * time] of 0 and 1, or null
     * @throws IllegalArgumentException if the mask has another shape
     */
    static float[] mask(String what, INDArray mask, long batch, long time) {
        if (mask == null) {
            return null;
        }
        if (mask.rank() != 2 || mask.size(0) != batch || mask.size(1) != time) {
            throw new IllegalArgumentException(
                    what
                            + " must be [batch, time] = ["
                            + batch
                            + ", "
                            + time
                            + "], got "
                            + Arrays.toString(mask.shape()));
        }
        float[] values = mask.castTo(DataType.FLOAT).dup('c').data().asFloat();
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] == 0 ? 0 : 1;
        }
        return values;
    }

    /**
     * KeyPositions of the last tokens of each row: the number of tokens before them that are no
     * padding. Padding gets some position from 0 on.
     *
     * @param mask [batch * time] or null
     * @param batch rows
     * @param time columns
     * @param last how many columns are asked for
     * @return [batch][last]
     */
    static int[][] of(float[] mask, int batch, int time, int last) {
        int[][] positions = new int[batch][last];
        for (int b = 0; b < batch; b++) {
            int seen = 0;
            for (int t = 0; t < time; t++) {
                seen += mask == null || mask[b * time + t] != 0 ? 1 : 0;
                if (t >= time - last) {
                    positions[b][t - time + last] = Math.max(0, seen - 1);
                }
            }
        }
        return positions;
    }

    /** Tokens of each row that are no padding. */
    static int[] lengths(float[] mask, int batch, int time) {
        int[] lengths = new int[batch];
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < time; t++) {
                lengths[b] += mask == null || mask[b * time + t] != 0 ? 1 : 0;
            }
        }
        return lengths;
    }
}
