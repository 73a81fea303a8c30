package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts image tokens into the places that a text leaves for them, behind a language model's
 * embedding.
 *
 * <p>Inputs: the embeddings [batch, time, width]; for each stream its image tokens [batch, images *
 * tokens, width]; last the token ids [batch, time]. The output [batch, time, width] is the
 * embeddings with image tokens, in order, where an id is the placeholder: for each image first the
 * tokens of the first stream, then those of the next. A row may have places for no, one or several
 * images; tokens that are left over are not used.
 *
 * <p>Ids that the mask hides are no placeholders; with a mask of a stream [batch, images * tokens]
 * its real tokens alone are put. A row with more places than tokens is refused. The mask goes on as
 * that of the ids.
 */
public final class ImageTokens extends SequenceVertex {
    private static final long serialVersionUID = 1L;

    private int placeholder;
    private int[] tokens;

    /** For reading JSON; use {@link #ImageTokens(int, int...)}. */
    ImageTokens() {}

    /**
     * A vertex.
     *
     * @param placeholder token id that marks a place
     * @param tokens of an image, for each stream; one stream in most models
     * @throws DL4JInvalidConfigException if the id is negative or a stream has no token
     */
    public ImageTokens(int placeholder, int... tokens) {
        if (placeholder < 0) {
            throw new DL4JInvalidConfigException(
                    "placeholder must be a token id from 0 on, got " + placeholder);
        }
        if (tokens.length == 0 || Arrays.stream(tokens).anyMatch(n -> n < 1)) {
            throw new DL4JInvalidConfigException(
                    "tokens of an image must be at least 1 for each stream, got "
                            + Arrays.toString(tokens));
        }
        this.placeholder = placeholder;
        this.tokens = tokens.clone();
    }

    /** {@return the token id that marks a place} */
    public int getPlaceholder() {
        return placeholder;
    }

    /**
     * Sets the token id that marks a place; for reading JSON.
     *
     * @param placeholder a token id
     */
    public void setPlaceholder(int placeholder) {
        this.placeholder = placeholder;
    }

    /** {@return tokens of an image, for each stream} */
    public int[] getTokens() {
        return tokens.clone();
    }

    /**
     * Sets the tokens of an image; for reading JSON.
     *
     * @param tokens for each stream
     */
    public void setTokens(int[] tokens) {
        this.tokens = tokens.clone();
    }

    @Override
    public ImageTokens clone() {
        return new ImageTokens(placeholder, tokens);
    }

    @Override
    public int minVertexInputs() {
        return tokens.length + 2;
    }

    @Override
    public int maxVertexInputs() {
        return tokens.length + 2;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new ImageTokensRuntime(graph, name, idx, this, networkDatatype);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        return sequence(vertexInputs[0]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageTokens vertex
                && vertex.placeholder == placeholder
                && Arrays.equals(vertex.tokens, tokens);
    }

    @Override
    public int hashCode() {
        return 31 * placeholder + Arrays.hashCode(tokens);
    }

    @Override
    public String toString() {
        return "ImageTokens(placeholder="
                + placeholder
                + ", tokens="
                + Arrays.toString(tokens)
                + ")";
    }
}
