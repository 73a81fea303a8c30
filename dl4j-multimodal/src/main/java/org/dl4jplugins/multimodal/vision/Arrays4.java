package org.dl4jplugins.multimodal.vision;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Parts and copies of arrays [batch, channels, ...]. */
final class Arrays4 {
    private Arrays4() {}

    /** The same values in a type, in 'c' order without gaps; a copy only if they are not yet. */
    static INDArray dense(
            INDArray a, DataType dataType, LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
        INDArray x = a.castTo(dataType);
        return isDense(x) ? x : workspaceMgr.dup(arrayType, x, 'c');
    }

    private static boolean isDense(INDArray x) {
        long expected = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            if (x.size(d) != 1 && x.stride(d) != expected) {
                return false;
            }
            expected *= x.size(d);
        }
        return true;
    }

    /** A view of some channels, or whatever the second axis is. */
    static INDArray channels(INDArray x, long first, long count) {
        long[] shape = x.shape().clone();
        shape[1] = count;
        long offset = x.offset() + first * x.stride(1);
        return Nd4j.create(x.data(), shape, x.stride(), offset, x.ordering());
    }
}
