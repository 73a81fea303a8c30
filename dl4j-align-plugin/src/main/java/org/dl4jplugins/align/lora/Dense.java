package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as matrices [rows, last axis] in 'c' order. */
final class Dense {
    private Dense() {}

    /** The same values in a type without gaps, copied only if they are not yet. */
    static INDArray of(INDArray a, DataType dataType, LayerWorkspaceMgr mgr, ArrayType type) {
        INDArray x = a.castTo(dataType);
        long expected = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            if (x.size(d) != 1 && x.stride(d) != expected) {
                return mgr.dup(type, x, 'c');
            }
            expected *= x.size(d);
        }
        return x;
    }

    /** All leading axes as one, on the same memory. */
    static INDArray rows(INDArray dense) {
        return dense.rank() == 2 ? dense : dense.reshape('c', -1, dense.size(-1));
    }

    static long[] withLast(long[] shape, long last) {
        long[] copy = shape.clone();
        copy[copy.length - 1] = last;
        return copy;
    }
}
