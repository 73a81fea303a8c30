package org.dl4jplugins.align.llm;

/**
 * The configuration of a new BERT-like encoder, to be trained from nothing.
 *
 * <p>What has no method here is set by {@link HfConfig#with}, under the key that {@code
 * config.json} has for it. The head is chosen by {@link ModelOptions}.
 *
 * <pre>{@code
 * HfConfig config = new BertConfig.Builder(5000).blocks(2).build();
 * }</pre>
 */
public final class BertConfig {
    private BertConfig() {}

    /** Sizes of the model; the vocabulary is required. */
    public static final class Builder {
        private final ConfigValues values = new ConfigValues("bert", "BertModel");

        /**
         * Starts with width 128, feed-forward width 512, 2 blocks, 2 heads, 512 positions, 2 token
         * types, exact GELU and dropout 0.1.
         *
         * @param vocabulary number of tokens, at least 1
         * @throws IllegalArgumentException if it is less
         */
        public Builder(int vocabulary) {
            values.size("vocab_size", vocabulary);
            hiddenSize(128).intermediateSize(512).blocks(2).heads(2).maxPositions(512);
            values.size("type_vocab_size", 2);
            values.set("hidden_act", "gelu");
            values.set("layer_norm_eps", 1e-12);
            dropout(0.1).padToken(0);
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
         * Sets the number of encoder blocks.
         *
         * @param blocks at least 1
         * @return this
         */
        public Builder blocks(int blocks) {
            values.size("num_hidden_layers", blocks);
            return this;
        }

        /**
         * Sets the number of attention heads.
         *
         * @param heads a divisor of the width
         * @return this
         */
        public Builder heads(int heads) {
            values.size("num_attention_heads", heads);
            return this;
        }

        /**
         * Sets the rows of the table of positions, the length of the longest sequence.
         *
         * @param tokens at least 1
         * @return this
         */
        public Builder maxPositions(int tokens) {
            values.size("max_position_embeddings", tokens);
            return this;
        }

        /**
         * Sets the probability of dropping an activation or an attention weight in training.
         *
         * @param probability at least 0 and below 1
         * @return this
         */
        public Builder dropout(double probability) {
            values.set("hidden_dropout_prob", probability);
            values.set("attention_probs_dropout_prob", probability);
            return this;
        }

        /**
         * Sets the token that only fills up batches; its embedding stays zero.
         *
         * @param token an id of the vocabulary, default 0
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
            return values.checked(new BertFamily());
        }
    }
}
