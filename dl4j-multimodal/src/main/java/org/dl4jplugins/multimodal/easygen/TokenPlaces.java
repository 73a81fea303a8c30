package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.dl4jplugins.align.transformer.TokenIds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where each token of a text comes from.
 *
 * @param stream for each token in [batch * time] the stream, -1 for the text itself
 * @param row for each token its row in the stream's [batch * tokens]
 */
record TokenPlaces(int[] stream, int[] row) {

    /**
     * Looks for placeholders.
     *
     * @param ids token ids
     * @param placeholder the id that marks a place
     * @param perImage tokens of an image in each stream
     * @param available tokens of a row in each stream
     * @param masks [batch, tokens] of each stream, or null
     * @param reader what error messages name
     */
    static TokenPlaces of(
            TokenIds ids,
            int placeholder,
            int[] perImage,
            int[] available,
            INDArray[] masks,
            String reader) {
        int batch = (int) ids.batch();
        int time = (int) ids.time();
        int[] stream = new int[ids.size()];
        int[] row = new int[ids.size()];
        Arrays.fill(stream, -1);
        boolean[][] real = new boolean[masks.length][];
        for (int s = 0; s < masks.length; s++) {
            real[s] = real(masks[s], batch, available[s], reader);
        }
        for (int b = 0; b < batch; b++) {
            int[] next = new int[perImage.length];
            int s = 0;
            int taken = 0;
            for (int t = 0; t < time; t++) {
                int at = b * time + t;
                if (ids.id(at) != placeholder) {
                    continue;
                }
                if (taken == perImage[s]) {
                    s = (s + 1) % perImage.length;
                    taken = 0;
                }
                while (next[s] < available[s]
                        && real[s] != null
                        && !real[s][b * available[s] + next[s]]) {
                    next[s]++;
                }
                if (next[s] >= available[s]) {
                    throw tooFew(ids, placeholder, b, s, real[s], available[s], reader);
                }
                stream[at] = s;
                row[at] = b * available[s] + next[s]++;
                taken++;
            }
        }
        return new TokenPlaces(stream, row);
    }

    private static boolean[] real(INDArray mask, int batch, int tokens, String reader) {
        if (mask == null) {
            return null;
        }
        if (mask.length() != (long) batch * tokens) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": expected a mask of image tokens ["
                            + batch
                            + ", "
                            + tokens
                            + "], got shape "
                            + Arrays.toString(mask.shape()));
        }
        double[] values =
                mask.castTo(DataType.DOUBLE)
                        .dup('c')
                        .reshape('c', new long[] {mask.length()})
                        .toDoubleVector();
        boolean[] real = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            real[i] = values[i] != 0;
        }
        return real;
    }

    private static DL4JInvalidInputException tooFew(
            TokenIds ids, int id, int batch, int stream, boolean[] real, int all, String reader) {
        int time = (int) ids.time();
        int places = 0;
        for (int t = 0; t < time; t++) {
            places += ids.id(batch * time + t) == id ? 1 : 0;
        }
        int tokens = 0;
        for (int n = 0; n < all; n++) {
            tokens += real == null || real[batch * all + n] ? 1 : 0;
        }
        return new DL4JInvalidInputException(
                reader
                        + ": row "
                        + batch
                        + " has "
                        + places
                        + " placeholders (id "
                        + id
                        + ") but only "
                        + tokens
                        + " image tokens in stream "
                        + stream
                        + ": a text needs as many placeholders as its images have tokens");
    }
}
