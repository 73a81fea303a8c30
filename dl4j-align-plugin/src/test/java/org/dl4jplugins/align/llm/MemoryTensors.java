package org.dl4jplugins.align.llm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.TensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors in memory. */
final class MemoryTensors implements TensorSource {
    final Map<String, INDArray> tensors = new LinkedHashMap<>();

    MemoryTensors put(String name, INDArray tensor) {
        tensors.put(name, tensor);
        return this;
    }

    @Override
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    @Override
    public TensorType type(String name) {
        return TensorType.F64;
    }

    @Override
    public long[] shape(String name) {
        return tensors.get(name).shape();
    }

    @Override
    public INDArray read(String name) {
        return tensors.get(name).dup('c');
    }

    @Override
    public INDArray read(String name, DataType type) {
        return tensors.get(name).castTo(type).dup('c');
    }

    @Override
    public void readInto(String name, INDArray target) {
        target.assign(tensors.get(name));
    }

    @Override
    public void close() {
        // nothing to close
    }
}
