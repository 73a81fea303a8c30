package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as the loops here want them. */
final class DenseArrays {
    private DenseArrays() {}

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
}
