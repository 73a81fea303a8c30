package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Looks up a second input's ids in the table of a token embedding: ids [batch, time] to vectors
 * [batch, time, width]. T5's decoder shares its encoder's embedding in this way.
 *
 * <p>The vectors come unscaled, whatever the scale of the owner's own output, and zero where a
 * feature mask is; the gradient is added to the owner's.
 *
 * <pre>{@code
 * graph.addVertex("decoder.embed_tokens", new TiedEmbedding("shared"), "decoder_input_ids")
 * }</pre>
 */
public final class TiedEmbedding extends TiedVertex {

    /**
     * A look-up in another layer's table.
     *
     * @param embedding name of the vertex of a {@link TokenEmbedding}
     */
    public TiedEmbedding(@JsonProperty("embedding") String embedding) {
        super(embedding);
    }

    /** Refused: the width is known to the owner only. */
    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        throw new InvalidInputTypeException(
                "TiedEmbedding of \""
                        + getEmbedding()
                        + "\" does not know the width of its vectors: leave setInputTypes out and"
                        + " give every layer its nIn");
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        checkOwner(graph, name);
        return new TiedEmbeddingRuntime(graph, name, idx, getEmbedding(), networkDatatype);
    }

    @Override
    public TiedEmbedding clone() {
        return new TiedEmbedding(getEmbedding());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TiedEmbedding v && v.getEmbedding().equals(getEmbedding());
    }

    @Override
    public int hashCode() {
        return getEmbedding().hashCode();
    }

    @Override
    public String toString() {
        return "TiedEmbedding(embedding=" + getEmbedding() + ")";
    }
}
