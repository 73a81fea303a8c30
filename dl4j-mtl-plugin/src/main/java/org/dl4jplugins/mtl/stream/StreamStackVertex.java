package org.dl4jplugins.mtl.stream;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Stacks its inputs along the batch: {@code S} arrays [batch, ...] become one [S * batch, ...],
 * input {@code s} being stream {@code s}.
 *
 * <p>Any rank from 2 on, all inputs of one shape; time series of different lengths are refused.
 * Feature masks are stacked too; a stream without one gets ones when another stream has one.
 */
public final class StreamStackVertex extends StreamVertex {
    private final int streams;

    /**
     * A stack.
     *
     * @param streams number of inputs, at least 2
     * @throws IllegalArgumentException if fewer
     */
    public StreamStackVertex(@JsonProperty("streams") int streams) {
        this.streams = checkStreams(streams);
    }

    @Override
    public int getStreams() {
        return streams;
    }

    @Override
    int streamOfInput(int stream, int input) {
        return stream == StreamDependencies.WHOLE || stream == input
                ? StreamDependencies.WHOLE
                : StreamDependencies.NOTHING;
    }

    @Override
    public int minVertexInputs() {
        return streams;
    }

    @Override
    public int maxVertexInputs() {
        return streams;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        for (InputType type : vertexInputs) {
            if (!type.equals(vertexInputs[0])) {
                throw new InvalidInputTypeException(
                        "Streams must have equal types, got " + Arrays.toString(vertexInputs));
            }
        }
        return vertexInputs[0];
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new StackRuntime(graph, name, idx, networkDatatype);
    }

    @Override
    public StreamStackVertex clone() {
        return new StreamStackVertex(streams);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamStackVertex v && v.streams == streams;
    }

    @Override
    public int hashCode() {
        return 31 * streams + 1;
    }

    @Override
    public String toString() {
        return "StreamStackVertex(streams=" + streams + ")";
    }
}
