package org.dl4jplugins.align.transformer;

import java.util.Objects;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A language model's output projection with the weights of its token embedding: {@code logits =
 * scale x E^T}, from [batch, ..., width] to [batch, ..., vocabulary].
 *
 * <p>E is the table of the named embedding ("W" of a {@link TokenEmbedding}, or any layer whose
 * runtime is {@link TokenVectors}); the projection's part of the gradient is added to the
 * embedding's. T5 scales by one over the square root of the width.
 *
 * <pre>{@code
 * graph.addVertex("lm_head", new TiedProjection.Builder("model.embed_tokens").build(), "model.norm")
 * }</pre>
 */
public final class TiedProjection extends TiedVertex {
    private final double scale;
    private final long vocabulary;

    @JsonCreator
    TiedProjection(
            @JsonProperty("embedding") String embedding,
            @JsonProperty("scale") double scale,
            @JsonProperty("vocabulary") long vocabulary) {
        super(embedding);
        this.scale = scale;
        this.vocabulary = vocabulary;
    }

    /**
     * What the logits are multiplied by.
     *
     * @return 1 by default
     */
    public double getScale() {
        return scale;
    }

    /**
     * The size of the vocabulary, if it was given.
     *
     * @return the size, or 0
     */
    public long getVocabulary() {
        return vocabulary;
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        if (vocabulary == 0) {
            throw new InvalidInputTypeException(
                    "TiedProjection of \""
                            + getEmbedding()
                            + "\": to use input types, tell the builder the vocabulary");
        }
        return LastAxis.withWidth("TiedProjection", vertexInputs[0], vocabulary);
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
        return new TiedProjectionRuntime(graph, name, idx, this, networkDatatype);
    }

    @Override
    public TiedProjection clone() {
        return new TiedProjection(getEmbedding(), scale, vocabulary);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TiedProjection v
                && v.getEmbedding().equals(getEmbedding())
                && Double.compare(v.scale, scale) == 0
                && v.vocabulary == vocabulary;
    }

    @Override
    public int hashCode() {
        return Objects.hash(getEmbedding(), scale, vocabulary);
    }

    @Override
    public String toString() {
        return "TiedProjection(embedding=" + getEmbedding() + ", scale=" + scale + ")";
    }

    /** Settings of a {@link TiedProjection}. */
    public static final class Builder {
        private final String embedding;
        private double scale = 1;
        private long vocabulary;

        /**
         * Scale 1.
         *
         * @param embedding name of the embedding's vertex
         */
        public Builder(String embedding) {
            this.embedding = embedding;
        }

        /**
         * Sets what the logits are multiplied by.
         *
         * @param scale 1 by default
         * @return this
         */
        public Builder scale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Says the size of the vocabulary, which only {@code setInputTypes} needs; checked.
         *
         * @param vocabulary number of tokens
         * @return this
         */
        public Builder vocabulary(long vocabulary) {
            this.vocabulary = vocabulary;
            return this;
        }

        /**
         * Makes the vertex.
         *
         * @return a projection
         * @throws DL4JInvalidConfigException if a setting is invalid
         */
        public TiedProjection build() {
            if (!Double.isFinite(scale) || scale == 0) {
                throw new DL4JInvalidConfigException(
                        "scale must be finite and not 0, got " + scale);
            }
            if (vocabulary < 0) {
                throw new DL4JInvalidConfigException(
                        "vocabulary must be at least 1, or 0 if not given, got " + vocabulary);
            }
            return new TiedProjection(embedding, scale, vocabulary);
        }
    }
}
