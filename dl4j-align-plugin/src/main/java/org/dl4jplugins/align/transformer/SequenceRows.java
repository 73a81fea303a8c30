package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rows of a batch, along axis 0. */
final class SequenceRows {

    private SequenceRows() {}

    /** Whether a choice of rows leaves a batch as it is. */
    static boolean same(int[] rows, int batch) {
        return Arrays.equals(rows, IntStream.range(0, batch).toArray());
    }

    /** A copy whose row i is rows[i]. */
    static INDArray pick(INDArray array, int[] rows) {
        long[] shape = array.shape().clone();
        shape[0] = rows.length;
        INDArray picked = Nd4j.createUninitialized(array.dataType(), shape, 'c');
        for (int i = 0; i < rows.length; i++) {
            row(picked, i).assign(row(array, rows[i]));
        }
        return picked;
    }

    private static INDArray row(INDArray array, int row) {
        return array.get(NDArrayIndex.interval(row, row + 1));
    }
}
