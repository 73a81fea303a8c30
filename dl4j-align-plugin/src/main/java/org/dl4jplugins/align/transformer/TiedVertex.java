package org.dl4jplugins.align.transformer;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A vertex without parameters that uses the vectors of a token embedding elsewhere in the graph.
 */
abstract class TiedVertex extends GraphVertex {
    private final String embedding;

    TiedVertex(String embedding) {
        if (embedding == null || embedding.isBlank()) {
            throw new DL4JInvalidConfigException(
                    "embedding must be the name of a token embedding, got " + embedding);
        }
        this.embedding = embedding;
    }

    /**
     * The owner of the vectors.
     *
     * @return the name of a vertex
     */
    public final String getEmbedding() {
        return embedding;
    }

    @Override
    public abstract TiedVertex clone();

    @Override
    public final long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public final int minVertexInputs() {
        return 1;
    }

    @Override
    public final int maxVertexInputs() {
        return 1;
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

    /** Refuses an embedding that the graph does not have. */
    final void checkOwner(ComputationGraph graph, String name) {
        if (!graph.getConfiguration().getVertices().containsKey(embedding)) {
            throw new DL4JInvalidConfigException(
                    "Vertex \""
                            + name
                            + "\" shares the weights of the token embedding \""
                            + embedding
                            + "\": the graph has no such vertex");
        }
    }
}
