package org.dl4jplugins.align.transformer;

import org.dl4jplugins.core.accel.Floats;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The heads of a FLOAT array [batch, time, heads * size] where they lie; views of larger arrays
 * included.
 *
 * @param address of the first element
 * @param batchStride elements from one example to the next
 * @param rowStride elements from one token to the next
 * @param size width of a head
 */
record HeadView(long address, long batchStride, int rowStride, int size) {

    static HeadView of(INDArray array, int size) {
        return new HeadView(
                Floats.address(array),
                array.stride(0),
                array.size(1) == 1 ? (int) array.size(2) : array.stride(1),
                size);
    }

    /** Whether heads are contiguous and tokens come in order. */
    static boolean fits(INDArray array) {
        return array.dataType() == DataType.FLOAT
                && (array.size(2) == 1 || array.stride(2) == 1)
                && (array.size(1) == 1
                        || array.stride(1) >= array.size(2) && array.stride(1) < Integer.MAX_VALUE);
    }

    /** Address of a token's head. */
    long at(int example, int token, int head) {
        long element = example * batchStride + (long) token * rowStride + (long) head * size;
        return address + element * Float.BYTES;
    }
}
