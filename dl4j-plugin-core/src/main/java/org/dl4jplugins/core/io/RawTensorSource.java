package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tensors whose bytes lie somewhere in row-major order. Subclasses say what there is and bring the
 * bytes; conversion, views and shapes are handled here.
 */
public abstract class RawTensorSource implements TensorSource {

    /** For subclasses. */
    protected RawTensorSource() {}

    /**
     * Copies a tensor's elements by calling {@link #copy} for all of its bytes.
     *
     * @param name of a tensor that exists and is not empty
     * @param target of the stored shape, dense, of a type that copying can reach
     * @throws IOException if the bytes cannot be read
     */
    protected abstract void fill(String name, INDArray target) throws IOException;

    /**
     * Where the tensors come from.
     *
     * @return the file, for messages
     */
    protected abstract String source();

    /**
     * Copies elements into an array.
     *
     * @param bytes little-endian, from position to limit; at most 256 MB
     * @param type of the elements
     * @param target a dense array
     * @param first position of the first element in the array, in row-major order
     */
    protected static void copy(ByteBuffer bytes, TensorType type, INDArray target, long first) {
        TensorType wanted = TensorType.of(target.dataType());
        int elements = bytes.remaining() / type.width();
        Elements.copy(
                Elements.littleEndian(bytes),
                type,
                Memory.of(target, first * wanted.width(), elements * wanted.width()),
                wanted);
        Nd4j.getAffinityManager().tagLocation(target, AffinityManager.Location.HOST);
    }

    @Override
    public INDArray read(String name) throws IOException {
        return read(name, type(name).dataType());
    }

    @Override
    public INDArray read(String name, DataType type) throws IOException {
        long[] shape = shape(name);
        if (!Elements.converts(type(name), TensorType.of(type))) {
            return read(name).castTo(type);
        }
        if (Arrays.stream(shape).anyMatch(length -> length == 0)) {
            return Nd4j.create(type, shape);
        }
        INDArray array = Nd4j.createUninitializedDetached(type, 'c', shape);
        fill(name, array);
        return array;
    }

    @Override
    public void readInto(String name, INDArray target) throws IOException {
        long[] shape = shape(name);
        if (!Arrays.equals(shape, target.shape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: tensor %s has shape %s, but the array to fill has %s",
                            source(),
                            name,
                            Arrays.toString(shape),
                            Arrays.toString(target.shape())));
        }
        if (target.isEmpty()) {
            return;
        }
        if (Elements.converts(type(name), TensorType.of(target.dataType()))
                && Memory.dense(target)) {
            fill(name, target);
        } else {
            target.assign(read(name, target.dataType()));
        }
    }
}
