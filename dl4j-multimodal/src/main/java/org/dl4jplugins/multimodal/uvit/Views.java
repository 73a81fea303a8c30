package org.dl4jplugins.multimodal.uvit;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Parts of arrays on the same memory. ND4J's own {@code get} takes a part for empty if the array is
 * itself a view that starts near the beginning of a longer one, as the first parameters of a
 * network do.
 */
final class Views {
    private Views() {}

    /** {@code array[..., first : first + count, ...]} along an axis. */
    static INDArray interval(INDArray array, int axis, long first, long count) {
        long[] shape = array.shape().clone();
        if (first < 0 || count < 1 || first + count > shape[axis]) {
            throw new IllegalArgumentException(
                    "there are no " + count + " from " + first + " on along axis " + axis);
        }
        shape[axis] = count;
        long offset = array.offset() + first * array.stride(axis);
        return Nd4j.create(array.data(), shape, array.stride(), offset, array.ordering());
    }
}
