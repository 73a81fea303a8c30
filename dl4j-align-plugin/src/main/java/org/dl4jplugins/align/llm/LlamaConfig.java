package org.dl4jplugins.align.llm;

/**
 * The configuration of a new LLaMA-like decoder, to be trained from nothing.
 *
 * <p>What has no method here is set by {@link HfConfig#with}, under the key that {@code
 * config.json} has for it.
 *
 * <pre>{@code
 * HfConfig config = new LlamaConfig.Builder(2048).hiddenSize(128).heads(8).build();
 * ComputationGraph graph = ModelFamilies.standard().init(config, ModelOptions.defaults());
 * }</pre>
 */
public final class LlamaConfig {
    private LlamaConfig() {}

    /** Sizes of the model; the vocabulary is required. */
    public static final class Builder {
        private final ConfigValues values = new ConfigValues("llama", "LlamaForCausalLM");

        /**
         * Starts with width 128, feed-forward width 384, 4 blocks, 4 heads and at most 512 tokens.
         *
         * @param vocabulary number of tokens, at least 1
         * @throws IllegalArgumentException if it is less
         */
        public Builder(int vocabulary) {
            values.size("vocab_size", vocabulary);
            hiddenSize(128).intermediateSize(384).blocks(4).heads(4).maxPositions(512);
            values.set("hidden_act", "silu");
            values.set("rms_norm_eps", 1e-6);
            ropeTheta(10000).tied(false);
        }

        /**
         * Sets the width of the hidden states.
         *
         * @param width a multiple of the number of heads
         * @return this
         */
        public Builder hiddenSize(int width) {
            values.size("hidden_size", width);
            return this;
        }

        /**
         * Sets the width of the feed-forward layers.
         *
         * @param width at least 1
         * @return this
         */
        public Builder intermediateSize(int width) {
            values.size("intermediate_size", width);
            return this;
        }

        /**
         * Sets the number of decoder blocks.
         *
         * @param blocks at least 1
         * @return this
         */
        public Builder blocks(int blocks) {
            values.size("num_hidden_layers", blocks);
            return this;
        }

        /**
         * Sets the number of heads, of keys and values too.
         *
         * @param heads a divisor of the width
         * @return this
         */
        public Builder heads(int heads) {
            values.size("num_attention_heads", heads);
            return keyValueHeads(heads);
        }

        /**
         * Shares key and value heads; after {@link #heads}.
         *
         * @param heads a divisor of the number of heads
         * @return this
         */
        public Builder keyValueHeads(int heads) {
            values.size("num_key_value_heads", heads);
            return this;
        }

        /**
         * Sets the length of the longest sequence.
         *
         * @param tokens at least 1
         * @return this
         */
        public Builder maxPositions(int tokens) {
            values.size("max_position_embeddings", tokens);
            return this;
        }

        /**
         * Sets the base of the rotary embedding's wave lengths.
         *
         * @param theta above 0, default 10000
         * @return this
         */
        public Builder ropeTheta(double theta) {
            values.set("rope_theta", theta);
            return this;
        }

        /**
         * Sets whether the head shares the embedding's matrix.
         *
         * @param tied default false
         * @return this
         */
        public Builder tied(boolean tied) {
            values.set("tie_word_embeddings", tied);
            return this;
        }

        /**
         * Sets the token that only fills up batches; its embedding stays as it is.
         *
         * @param token an id of the vocabulary; default none
         * @return this
         */
        public Builder padToken(int token) {
            values.set("pad_token_id", token);
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the content of a {@code config.json}
         * @throws IllegalArgumentException if sizes contradict each other, naming the key
         */
        public HfConfig build() {
            return values.checked(new LlamaFamily());
        }
    }
}
