package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A vertex without parameters, with a fixed number of inputs unless it says otherwise. */
abstract class TokenVertex extends GraphVertex {
    private static final long serialVersionUID = 1L;

    private final int inputs;

    TokenVertex(int inputs) {
        this.inputs = inputs;
    }

    /** The running vertex. */
    abstract org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType);

    @Override
    public abstract TokenVertex clone();

    @Override
    public final org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return runtime(graph, name, idx, networkDatatype);
    }

    @Override
    public final long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return inputs;
    }

    @Override
    public int maxVertexInputs() {
        return inputs;
    }

    @Override
    public final MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(
                        null, getClass(), inputTypes[0], getOutputType(-1, inputTypes))
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public abstract boolean equals(Object other);

    @Override
    public abstract int hashCode();

    /** [batch, tokens, width]. */
    static InputType tokens(long width, long tokens) {
        return InputType.recurrent(width, tokens, RNNFormat.NWC);
    }

    /** The type of [batch, tokens, width], or an error that says what was expected. */
    final InputType.InputTypeRecurrent sequence(InputType type) {
        if (type instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NWC) {
            return r;
        }
        throw new IllegalArgumentException(
                getClass().getSimpleName()
                        + " takes InputType.recurrent(width, tokens, RNNFormat.NWC), got "
                        + type);
    }

    /** The type of [batch, channels, height, width], or an error that says what was expected. */
    final InputType.InputTypeConvolutional image(InputType type) {
        if (type instanceof InputType.InputTypeConvolutional c) {
            return c;
        }
        throw new IllegalArgumentException(
                getClass().getSimpleName()
                        + " takes InputType.convolutional(height, width, channels), got "
                        + type);
    }
}
