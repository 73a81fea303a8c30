package org.dl4jplugins.core.io;

import java.util.Arrays;

/**
 * What a file says about one of its tensors.
 *
 * @param name its name, unique within the file
 * @param type of its elements
 * @param shape its lengths along each axis, outermost first; empty for a scalar
 * @param offset first byte of its elements, counted from the start of the file
 * @param bytes number of bytes of its elements
 */
public record TensorInfo(String name, TensorType type, long[] shape, long offset, long bytes) {

    /** Keeps a copy of the shape. */
    public TensorInfo {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && offset == that.offset
                && bytes == that.bytes;
    }

    @Override
    public int hashCode() {
        return name.hashCode() + 31 * Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
