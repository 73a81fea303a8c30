package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.dl4jplugins.core.accel.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The token ids of a batch, checked against the vocabulary. What stands at masked positions does
 * not matter.
 */
public final class TokenIds {
    private final long batch;
    private final long time;
    private final int[] ids;

    private TokenIds(long batch, long time, int[] ids) {
        this.batch = batch;
        this.time = time;
        this.ids = ids;
    }

    /**
     * Reads ids.
     *
     * @param ids [batch, time] or [batch, time, 1], any numeric type
     * @param mask [batch, time] of 0 and 1, or null if every token is real
     * @param vocabulary number of ids
     * @param reader what the error message names, such as {@code Layer "embed_tokens"}
     * @return the ids
     * @throws DL4JInvalidInputException if the shapes do not fit or an unmasked id is not a whole
     *     number from 0 to vocabulary - 1
     */
    public static TokenIds read(INDArray ids, INDArray mask, long vocabulary, String reader) {
        boolean fits = ids.rank() == 2 || ids.rank() == 3 && ids.size(2) == 1;
        if (!fits) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": expected token ids [batch, time] or [batch, time, 1], got shape "
                            + Arrays.toString(ids.shape()));
        }
        long batch = ids.size(0);
        long time = ids.size(1);
        float[] masks = mask(mask, batch, time, reader);
        double[] values = values(ids);
        int[] read = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            boolean known = values[i] >= 0 && values[i] < vocabulary && values[i] % 1 == 0;
            boolean real = masks == null || masks[i] != 0;
            if (!known && real) {
                throw unknown(values[i], i / time, i % time, vocabulary, reader);
            }
            read[i] = real ? (int) values[i] : -1;
        }
        return new TokenIds(batch, time, read);
    }

    /** A mask [batch, time] row by row, or null; refuses other shapes. */
    static float[] mask(INDArray mask, long batch, long time, String reader) {
        if (mask == null) {
            return null;
        }
        boolean fits =
                (mask.rank() == 2 || mask.rank() == 3 && mask.size(2) == 1)
                        && mask.size(0) == batch
                        && mask.size(1) == time;
        if (!fits) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": expected a mask [batch, time] = ["
                            + batch
                            + ", "
                            + time
                            + "], got shape "
                            + Arrays.toString(mask.shape()));
        }
        double[] values = values(mask);
        float[] row = new float[values.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) values[i];
        }
        return row;
    }

    /** All values in 'c' order. */
    static double[] values(INDArray array) {
        if (!Floats.dense(array)) {
            return array.dup('c').reshape('c', new long[] {array.length()}).toDoubleVector();
        }
        FloatBuffer buffer = Floats.of(array);
        double[] values = new double[(int) array.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i);
        }
        return values;
    }

    private static DL4JInvalidInputException unknown(
            double id, long row, long step, long vocabulary, String reader) {
        return new DL4JInvalidInputException(
                reader
                        + ": token id "
                        + (id % 1 == 0 ? String.valueOf((long) id) : String.valueOf(id))
                        + " at batch "
                        + row
                        + ", time "
                        + step
                        + " is not in the vocabulary of "
                        + vocabulary
                        + " tokens (ids 0 to "
                        + (vocabulary - 1)
                        + "): are tokenizer and vocabulary of different sizes?");
    }

    /**
     * The batch size.
     *
     * @return number of sequences
     */
    public long batch() {
        return batch;
    }

    /**
     * The length of the sequences.
     *
     * @return number of tokens in each, padding included
     */
    public long time() {
        return time;
    }

    /**
     * The number of tokens.
     *
     * @return batch times time
     */
    public int size() {
        return ids.length;
    }

    /**
     * One id.
     *
     * @param token index in [batch * time]
     * @return the id, -1 where the mask is 0
     */
    public int id(int token) {
        return ids[token];
    }

    /** All ids, -1 where the mask is 0. */
    int[] ids() {
        return ids;
    }
}
