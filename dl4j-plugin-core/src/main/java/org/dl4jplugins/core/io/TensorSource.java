package org.dl4jplugins.core.io;

import java.io.IOException;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tensors by name, read one at a time: a safetensors file, the shards of a checkpoint, the weights
 * of an ONNX model. Closing it leaves arrays that were read untouched.
 */
public interface TensorSource extends AutoCloseable {

    /**
     * The names of all tensors.
     *
     * @return in the order in which they are stored
     */
    List<String> names();

    /**
     * Whether there is a tensor of that name.
     *
     * @param name any name
     * @return whether it can be read
     */
    boolean contains(String name);

    /**
     * The element type of a tensor as stored.
     *
     * @param name of the tensor
     * @return its type
     * @throws IllegalArgumentException if there is no such tensor
     */
    TensorType type(String name);

    /**
     * The shape of a tensor as stored.
     *
     * @param name of the tensor
     * @return its lengths along each axis, outermost first; empty for a scalar
     * @throws IllegalArgumentException if there is no such tensor
     */
    long[] shape(String name);

    /**
     * Reads a tensor as it is stored, bit by bit.
     *
     * @param name of the tensor
     * @return a new array in 'c' order, of the stored shape and the stored type
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if there is no such tensor
     */
    INDArray read(String name) throws IOException;

    /**
     * Reads a tensor as another type. Between floating-point types the nearest value is taken.
     *
     * @param name of the tensor
     * @param type of the array wanted
     * @return a new array in 'c' order, of the stored shape
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if there is no such tensor
     */
    INDArray read(String name, DataType type) throws IOException;

    /**
     * Reads a tensor into an existing array of any type, order and strides. To fill an array that
     * holds the transposed tensor, give its transposed view. A target of FLOAT, DOUBLE or the
     * stored type whose elements lie in 'c' order without gaps is filled without a copy in between.
     *
     * @param name of the tensor
     * @param target has the stored shape
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if there is no such tensor or its shape differs
     */
    void readInto(String name, INDArray target) throws IOException;

    @Override
    void close() throws IOException;
}
