package org.dl4jplugins.core.accel;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.ObjectStreamException;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.BaseNDArray;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * An ordinary strided array in the layout of {@link Pixels}, with one difference: adding another
 * array of the same layout in place, which DL4J does wherever two gradients meet, takes the fast
 * path of contiguous memory. The backend would compute the coordinates of every element.
 */
@SuppressWarnings("overrides") // arrays and varargs mixed in ND4J
final class PixelArray extends BaseNDArray {
    private static final long serialVersionUID = 1L;

    private final transient INDArray stored;

    /**
     * The logical view of a stored array.
     *
     * @param stored [height, width, batch, channel] in 'c' order, without view offset gaps
     */
    PixelArray(INDArray stored) {
        super(
                stored.data(),
                logical(stored.shape()),
                strides(stored.shape()),
                0,
                0, // no single stride visits the elements in logical order
                'c',
                DataType.FLOAT);
        this.stored = stored;
    }

    private static long[] logical(long[] s) {
        return new long[] {s[2], s[3], s[0], s[1]};
    }

    private static long[] strides(long[] s) {
        long pixel = s[2] * s[3];
        return new long[] {s[3], 1, s[1] * pixel, pixel};
    }

    @Override
    public INDArray addi(INDArray other) {
        if (stored != null && Pixels.is(other) && equalShapes(other)) {
            stored.addi(other instanceof PixelArray p ? p.stored : Pixels.stored(other));
            return this;
        }
        return super.addi(other);
    }

    @Override
    public INDArray unsafeDuplication() {
        return dup();
    }

    @Override
    public INDArray unsafeDuplication(boolean blocking) {
        return dup();
    }

    @Override
    public LongShapeDescriptor shapeDescriptor() {
        return LongShapeDescriptor.fromShape(
                shape(), stride(), elementWiseStride(), ordering(), dataType(), isEmpty());
    }

    @Override
    public String getString(long index) {
        throw new UnsupportedOperationException("an array of numbers holds no strings");
    }

    @Override
    protected int stringBuffer(FlatBufferBuilder builder, DataBuffer buffer) {
        throw new UnsupportedOperationException("an array of numbers holds no strings");
    }

    /** Serialized as an ordinary array. */
    private Object writeReplace() throws ObjectStreamException {
        return dup('c');
    }
}
