package org.dl4jplugins.align.transformer;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which row of a table of positions each token of a batch takes: the number of real tokens before
 * it.
 *
 * @param rows [batch * time], -1 for padding
 * @param next real tokens of each sequence up to the end of this batch
 */
record PositionRows(int[] rows, int[] next) {

    /**
     * Counts positions.
     *
     * @param masks [batch * time] or null
     * @param start [batch, 1], real tokens before this batch, or null for none
     * @param offset row of position 0
     * @param size number of rows
     * @param reader what error messages name
     * @throws DL4JInvalidInputException if the rows do not suffice or start has another batch size
     */
    static PositionRows of(
            int batch,
            int time,
            float[] masks,
            INDArray start,
            int offset,
            int size,
            String reader) {
        if (start != null && start.length() != batch) {
            throw new DL4JInvalidInputException(
                    reader
                            + ": the state is that of "
                            + start.length()
                            + " sequences, the input has "
                            + batch
                            + "; call rnnClearPreviousState() between batches");
        }
        int[] rows = new int[batch * time];
        int[] next = new int[batch];
        for (int b = 0; b < batch; b++) {
            int count = start == null ? 0 : start.getInt(b);
            for (int t = 0; t < time; t++) {
                int i = b * time + t;
                boolean real = masks == null || masks[i] != 0;
                rows[i] = real ? offset + count++ : -1;
            }
            if (offset + count > size) {
                throw new DL4JInvalidInputException(
                        reader
                                + ": sequence "
                                + b
                                + " of the batch has "
                                + count
                                + " tokens, more than the model's maximum of "
                                + (size - offset)
                                + " positions");
            }
            next[b] = count;
        }
        return new PositionRows(rows, next);
    }

    /** The state after this batch, [batch, 1]. */
    INDArray next(DataType type) {
        return Nd4j.createFromArray(next).castTo(type).reshape(next.length, 1);
    }
}
