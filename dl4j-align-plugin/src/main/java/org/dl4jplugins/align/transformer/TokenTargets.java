package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What each row of logits should predict, and how much it counts.
 *
 * @param labels an id per token, 0 where it does not count
 * @param weights a weight per token, 0 where it does not count
 * @param examples number of examples, each with equally many tokens
 */
public record TokenTargets(int[] labels, double[] weights, int examples) {

    /**
     * Reads and checks labels.
     *
     * @param logits [batch, time, vocabulary] or [batch, classes]
     * @param labels [batch, time], [batch, time, 1] or [batch, 1]
     * @param mask [batch, time] or null
     * @param ignoreIndex the label that does not count
     * @param reader what error messages name
     * @return the targets of all tokens, example by example
     * @throws DL4JInvalidInputException if shapes do not fit or a label is no id
     */
    public static TokenTargets read(
            INDArray logits, INDArray labels, INDArray mask, int ignoreIndex, String reader) {
        if (logits.rank() != 3 && logits.rank() != 2) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": expected logits [batch, time, vocabulary], got shape "
                            + Arrays.toString(logits.shape()));
        }
        long batch = logits.size(0);
        long time = logits.rank() == 3 ? logits.size(1) : 1;
        long vocabulary = logits.size(-1);
        boolean fits =
                (labels.rank() == 2 || labels.rank() == 3 && labels.size(2) == 1)
                        && labels.size(0) == batch
                        && labels.size(1) == time;
        if (!fits) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": logits of shape "
                            + Arrays.toString(logits.shape())
                            + " need labels [batch, time] = ["
                            + batch
                            + ", "
                            + time
                            + "] of token ids, got shape "
                            + Arrays.toString(labels.shape()));
        }
        float[] masks = TokenIds.mask(mask, batch, time, reader + ", label mask");
        double[] values = TokenIds.values(labels);
        int[] ids = new int[values.length];
        double[] weights = new double[values.length];
        for (int i = 0; i < ids.length; i++) {
            double weight = masks == null ? 1 : masks[i];
            if (weight == 0 || values[i] == ignoreIndex) {
                continue;
            }
            if (!(weight > 0)) {
                throw new DL4JInvalidInputException(
                        reader + ": a label mask must not be negative, got " + weight);
            }
            if (!(values[i] >= 0 && values[i] < vocabulary && values[i] % 1 == 0)) {
                throw new DL4JInvalidInputException(
                        reader
                                + ": label "
                                + values[i]
                                + " at batch "
                                + i / time
                                + ", time "
                                + i % time
                                + " is neither an id from 0 to "
                                + (vocabulary - 1)
                                + " nor the ignore index "
                                + ignoreIndex
                                + ": are tokenizer and vocabulary of different sizes?");
            }
            ids[i] = (int) values[i];
            weights[i] = weight;
        }
        return new TokenTargets(ids, weights, (int) batch);
    }

    /**
     * The sum of the weights.
     *
     * @return 0 if no label counts
     */
    public double total() {
        return Arrays.stream(weights).sum();
    }

    /**
     * The length of the examples.
     *
     * @return tokens per example
     */
    public int time() {
        return labels.length / examples;
    }
}
