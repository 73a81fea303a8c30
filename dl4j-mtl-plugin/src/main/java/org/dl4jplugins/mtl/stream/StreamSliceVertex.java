package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Takes one stream out of a stack: [S * batch, ...] becomes [batch, ...]; feature masks likewise.
 */
public final class StreamSliceVertex extends StreamVertex {
    private final int stream;
    private final int streams;

    /**
     * A slice.
     *
     * @param stream which stream, from 0
     * @param streams how many streams the input has, at least 2
     * @throws IllegalArgumentException if there is no such stream
     */
    public StreamSliceVertex(
            @JsonProperty("stream") int stream, @JsonProperty("streams") int streams) {
        this.streams = checkStreams(streams);
        if (stream < 0 || stream >= streams) {
            throw new IllegalArgumentException(
                    "stream must be from 0 to " + (streams - 1) + ", got " + stream);
        }
        this.stream = stream;
    }

    /**
     * Which stream is taken.
     *
     * @return its number, from 0
     */
    public int getStream() {
        return stream;
    }

    @Override
    public int getStreams() {
        return streams;
    }

    @Override
    int streamOfInput(int asked, int input) {
        return stream;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new SliceRuntime(graph, name, idx, networkDatatype, stream, streams);
    }

    @Override
    public StreamSliceVertex clone() {
        return new StreamSliceVertex(stream, streams);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamSliceVertex v && v.stream == stream && v.streams == streams;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * streams + stream) + 2;
    }

    @Override
    public String toString() {
        return "StreamSliceVertex(stream=" + stream + ", streams=" + streams + ")";
    }
}
