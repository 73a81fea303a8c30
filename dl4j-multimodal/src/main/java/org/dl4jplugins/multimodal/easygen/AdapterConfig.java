package org.dl4jplugins.multimodal.easygen;

import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Sizes of the adapter between language model and diffusion model (EasyGen, section 3.3, equation
 * 4).
 *
 * <pre>{@code
 * AdapterConfig small = new AdapterConfig.Builder(64, 128).hidden(128).encoder(1, 4, 128).build();
 * }</pre>
 *
 * @param stateWidth width of the text encoder's states and of everything behind the MLP, at least 1
 * @param languageWidth width of the language model's hidden states, at least 1
 * @param hidden width of the MLP's inner layer, at least 1
 * @param layers transformer encoder layers on the language model's features, at least 0
 * @param heads attention heads of those layers, a divisor of the state width
 * @param inner width of their feed-forward layers, at least 1
 * @param dropout probability that those layers drop a value in training, from 0 to below 1
 * @param weight lambda, the part of the attention in the condition, above 0 and at most 1
 */
@JsonAutoDetect(
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record AdapterConfig(
        @JsonProperty("stateWidth") int stateWidth,
        @JsonProperty("languageWidth") int languageWidth,
        @JsonProperty("hidden") int hidden,
        @JsonProperty("layers") int layers,
        @JsonProperty("heads") int heads,
        @JsonProperty("inner") int inner,
        @JsonProperty("dropout") double dropout,
        @JsonProperty("weight") double weight) {

    /**
     * Checks; a {@link Builder} is more readable.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it
     */
    @JsonCreator
    public AdapterConfig {
        Require.atLeast(1, "stateWidth", stateWidth);
        Require.atLeast(1, "languageWidth", languageWidth);
        Require.atLeast(1, "hidden", hidden);
        Require.atLeast(0, "layers", layers);
        Require.atLeast(1, "heads", heads);
        Require.that(
                stateWidth % heads == 0, "heads", heads, "a divisor of stateWidth, " + stateWidth);
        Require.atLeast(1, "inner", inner);
        Require.that(dropout >= 0 && dropout < 1, "dropout", dropout, "from 0 to below 1");
        Require.that(weight > 0 && weight <= 1, "weight", weight, "above 0 and at most 1");
    }

    /**
     * The published size: CLIP ViT-L/14's states of width 768 and a language model of width 4096.
     *
     * @return MLP 4096, 3072, 768; 2 layers with 8 heads and feed-forward layers of 2048; lambda
     *     0.2
     */
    public static AdapterConfig published() {
        return new Builder(768, 4096).hidden(3072).dropout(0.1).build();
    }

    /**
     * Reads a configuration.
     *
     * @param json what {@link #toJson()} wrote
     * @return the same configuration
     * @throws IllegalArgumentException if it is no such JSON or a value is missing or out of range
     */
    public static AdapterConfig fromJson(String json) {
        return Json.read(json, AdapterConfig.class, "an adapter's configuration");
    }

    /** {@return JSON with one entry for each setting} */
    public String toJson() {
        return Json.write(this);
    }

    /** Sizes; the two widths are required. */
    public static final class Builder {
        private final int stateWidth;
        private final int languageWidth;
        private int hidden;
        private int layers = 2;
        private int heads = 8;
        private int inner = 2048;
        private double dropout;
        private double weight = 0.2;

        /**
         * Starts with an MLP whose inner layer is four times as wide as the states, 2 layers with 8
         * heads and feed-forward layers of 2048, without dropout, lambda 0.2.
         *
         * @param stateWidth width of the text encoder's states
         * @param languageWidth width of the language model's hidden states
         */
        public Builder(int stateWidth, int languageWidth) {
            this.stateWidth = stateWidth;
            this.languageWidth = languageWidth;
            hidden = (int) Math.min(Integer.MAX_VALUE, 4L * stateWidth);
        }

        /**
         * Sets the MLP's inner width.
         *
         * @param width at least 1
         * @return this
         */
        public Builder hidden(int width) {
            hidden = width;
            return this;
        }

        /**
         * Sets the transformer encoder on the language model's features.
         *
         * @param layers at least 0
         * @param heads a divisor of the state width
         * @param inner width of the feed-forward layers, at least 1
         * @return this
         */
        public Builder encoder(int layers, int heads, int inner) {
            this.layers = layers;
            this.heads = heads;
            this.inner = inner;
            return this;
        }

        /**
         * Sets the dropout of the transformer encoder.
         *
         * @param probability that a value is dropped, from 0 (default) to below 1
         * @return this
         */
        public Builder dropout(double probability) {
            dropout = probability;
            return this;
        }

        /**
         * Sets lambda.
         *
         * @param lambda part of the attention in the condition, above 0 and at most 1
         * @return this
         */
        public Builder weight(double lambda) {
            weight = lambda;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the configuration
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public AdapterConfig build() {
            return new AdapterConfig(
                    stateWidth, languageWidth, hidden, layers, heads, inner, dropout, weight);
        }
    }
}
