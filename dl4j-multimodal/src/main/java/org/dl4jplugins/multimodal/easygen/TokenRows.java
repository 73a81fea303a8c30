package org.dl4jplugins.multimodal.easygen;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Floats;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Tokens of a dense array [batch, tokens, width] as rows of a matrix, copied one by one: FLOAT in
 * direct copies, other types by ND4J.
 */
final class TokenRows {
    private final INDArray array;
    private final INDArray matrix;
    private final FloatBuffer floats;
    private final int width;

    /**
     * @param array in 'c' order without gaps; has to stay alive
     */
    TokenRows(INDArray array) {
        this.array = array;
        width = (int) array.size(2);
        floats = Floats.dense(array) ? Floats.of(array) : null;
        matrix = floats != null ? null : array.reshape('c', array.size(0) * array.size(1), width);
    }

    /** The same values in a type, in 'c' order without gaps; a copy only if they are not yet. */
    static INDArray dense(
            INDArray a, DataType dataType, LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
        INDArray x = a.castTo(dataType);
        long expected = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            if (x.size(d) != 1 && x.stride(d) != expected) {
                return workspaceMgr.dup(arrayType, x, 'c');
            }
            expected *= x.size(d);
        }
        return x;
    }

    /** Takes all values of an array of the same shape. */
    void copyAll(INDArray from) {
        array.assign(from);
    }

    void copy(int row, TokenRows from, int fromRow) {
        if (floats != null && from.floats != null) {
            floats.put(row * width, from.floats, fromRow * width, width);
        } else {
            row(row).assign(from.row(fromRow));
        }
    }

    void zero(int row) {
        if (floats != null) {
            floats.put(row * width, new float[width]);
        } else {
            row(row).assign(0);
        }
    }

    private INDArray row(int row) {
        INDArray rows = matrix != null ? matrix : array.reshape('c', array.length() / width, width);
        return rows.get(NDArrayIndex.point(row), NDArrayIndex.all());
    }
}
