package org.dl4jplugins.align.llm;

import java.util.List;
import java.util.NoSuchElementException;
import org.dl4jplugins.core.io.TensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tensors of a model that was never saved: none. */
final class NoTensors implements TensorSource {

    @Override
    public List<String> names() {
        return List.of();
    }

    @Override
    public boolean contains(String name) {
        return false;
    }

    @Override
    public TensorType type(String name) {
        throw absent(name);
    }

    @Override
    public long[] shape(String name) {
        throw absent(name);
    }

    @Override
    public INDArray read(String name) {
        throw absent(name);
    }

    @Override
    public INDArray read(String name, DataType type) {
        throw absent(name);
    }

    @Override
    public void readInto(String name, INDArray target) {
        throw absent(name);
    }

    @Override
    public void close() {
        // nothing is open
    }

    private static NoSuchElementException absent(String name) {
        return new NoSuchElementException("no tensor " + name);
    }
}
