package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gives every stream the same activations: [batch, ...] becomes [S * batch, ...], the input {@code
 * S} times; feature masks likewise. The epsilons of the streams are summed.
 */
public final class StreamRepeatVertex extends StreamVertex {
    private final int streams;

    /**
     * A repetition.
     *
     * @param streams how many streams to make, at least 2
     * @throws IllegalArgumentException if fewer
     */
    public StreamRepeatVertex(@JsonProperty("streams") int streams) {
        this.streams = checkStreams(streams);
    }

    @Override
    public int getStreams() {
        return streams;
    }

    @Override
    int streamOfInput(int stream, int input) {
        return StreamDependencies.WHOLE;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new RepeatRuntime(graph, name, idx, networkDatatype, streams);
    }

    @Override
    public StreamRepeatVertex clone() {
        return new StreamRepeatVertex(streams);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamRepeatVertex v && v.streams == streams;
    }

    @Override
    public int hashCode() {
        return 31 * streams + 3;
    }

    @Override
    public String toString() {
        return "StreamRepeatVertex(streams=" + streams + ")";
    }
}
