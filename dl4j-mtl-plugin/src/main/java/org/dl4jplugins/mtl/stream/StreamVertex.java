package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;

/** What the vertices that stack, slice and repeat streams have in common: no parameters. */
abstract class StreamVertex extends GraphVertex {

    /**
     * Follows one stream upwards.
     *
     * @param stream the stream of this vertex's output that is asked for, or {@link
     *     StreamDependencies#WHOLE}
     * @param input number of an input of this vertex
     * @return the stream of that input which the output's stream depends on, {@link
     *     StreamDependencies#WHOLE} for all of it, or {@link StreamDependencies#NOTHING}
     */
    abstract int streamOfInput(int stream, int input);

    /** The number of streams, at least 2. */
    public abstract int getStreams();

    @Override
    public abstract StreamVertex clone();

    @Override
    public final long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 1;
    }

    @Override
    public int maxVertexInputs() {
        return 1;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        return vertexInputs[0];
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

    static int checkStreams(int streams) {
        if (streams < 2) {
            throw new IllegalArgumentException("streams must be at least 2, got " + streams);
        }
        return streams;
    }
}
