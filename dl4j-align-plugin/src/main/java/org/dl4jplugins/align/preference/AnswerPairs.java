package org.dl4jplugins.align.preference;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.dl4jplugins.align.transformer.TokenTargets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The labels of a batch of pairs.
 *
 * @param targets the answers' tokens, of the chosen rows and then of the rejected ones
 * @param reference the reference's log probability of each row's answer
 */
record AnswerPairs(TokenTargets targets, double[] reference) {
    private static final int IGNORED = -100;

    /** Reads labels [2n, time + 1], or [2n, time] if there is no reference. */
    static AnswerPairs read(
            INDArray logits, INDArray labels, INDArray mask, boolean referenceFree, String reader) {
        long rows = logits.size(0);
        if (logits.rank() != 3 || rows % 2 != 0) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": expected logits [2 * pairs, time, vocabulary], n chosen rows and"
                            + " then n rejected ones, got shape "
                            + Arrays.toString(logits.shape()));
        }
        long time = logits.size(1);
        boolean column = labels.rank() == 2 && labels.size(1) == time + 1;
        boolean fits = labels.rank() == 2 && labels.size(0) == rows;
        if (!fits || !(column || referenceFree && labels.size(1) == time)) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": logits of shape "
                            + Arrays.toString(logits.shape())
                            + " need labels [2 * pairs, time + 1] = ["
                            + rows
                            + ", "
                            + (time + 1)
                            + "], token ids and the reference's log probability as"
                            + " ReferenceIterator gives them, got shape "
                            + Arrays.toString(labels.shape()));
        }
        INDArray ids = labels.get(NDArrayIndex.all(), NDArrayIndex.interval(0, time));
        TokenTargets targets = answers(logits, ids, mask, reader);
        double[] reference = new double[(int) rows];
        for (int row = 0; row < rows && !referenceFree; row++) {
            reference[row] = labels.getDouble(row, time);
            if (!Double.isFinite(reference[row])) {
                throw new DL4JInvalidInputException(
                        reader
                                + ": the reference's log probability must be finite, got "
                                + reference[row]
                                + " in row "
                                + row);
            }
        }
        return new AnswerPairs(targets, reference);
    }

    /** The tokens of answers [rows, time]; refuses rows without any. */
    static TokenTargets answers(INDArray logits, INDArray ids, INDArray mask, String reader) {
        TokenTargets targets = TokenTargets.read(logits, ids, mask, IGNORED, reader);
        int time = targets.time();
        for (int row = 0; row < targets.examples(); row++) {
            if (Arrays.stream(targets.weights(), row * time, (row + 1) * time).sum() == 0) {
                throw new DL4JInvalidInputException(
                        reader
                                + ": every label of row "
                                + row
                                + " is masked or the ignore index "
                                + IGNORED
                                + ", there is no answer to compare");
            }
        }
        return targets;
    }
}
