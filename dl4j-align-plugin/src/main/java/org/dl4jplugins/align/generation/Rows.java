package org.dl4jplugins.align.generation;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of logits on the heap. */
final class Rows {

    private Rows() {}

    static float[] of(INDArray logits, int row) {
        return logits.getRow(row).castTo(DataType.FLOAT).toFloatVector();
    }
}
