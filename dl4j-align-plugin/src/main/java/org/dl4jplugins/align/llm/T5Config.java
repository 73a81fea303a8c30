package org.dl4jplugins.align.llm;

/**
 * The configuration of a new T5-like encoder-decoder, to be trained from nothing.
 *
 * <p>What has no method here is set by {@link HfConfig#with}, under the key that {@code
 * config.json} has for it.
 *
 * <pre>{@code
 * HfConfig config = new T5Config.Builder(5000).blocks(2).gated(true).build();
 * }</pre>
 */
public final class T5Config {
    private T5Config() {}

    /** Sizes of the model; the vocabulary is required. */
    public static final class Builder {
        private final ConfigValues values = new ConfigValues("t5", "T5ForConditionalGeneration");

        /**
         * Starts with width 128, 4 heads of width 32, feed-forward width 512, 2 blocks in each
         * stack, ReLU, tied embeddings and dropout 0.1; padding and decoder start are token 0, the
         * end is token 1.
         *
         * @param vocabulary number of tokens, at least 1
         * @throws IllegalArgumentException if it is less
         */
        public Builder(int vocabulary) {
            values.size("vocab_size", vocabulary);
            hiddenSize(128).heads(4, 32).intermediateSize(512).blocks(2);
            values.set("layer_norm_epsilon", 1e-6);
            values.set("is_encoder_decoder", true);
            values.set("pad_token_id", 0);
            values.set("decoder_start_token_id", 0);
            values.set("eos_token_id", 1);
            gated(false).tied(true).dropout(0.1);
        }

        /**
         * Sets the width of the hidden states.
         *
         * @param width at least 1
         * @return this
         */
        public Builder hiddenSize(int width) {
            values.size("d_model", width);
            return this;
        }

        /**
         * Sets the attention heads.
         *
         * @param heads at least 1
         * @param width of a head; heads times width need not be the hidden size
         * @return this
         */
        public Builder heads(int heads, int width) {
            values.size("num_heads", heads);
            values.size("d_kv", width);
            return this;
        }

        /**
         * Sets the width of the feed-forward layers.
         *
         * @param width at least 1
         * @return this
         */
        public Builder intermediateSize(int width) {
            values.size("d_ff", width);
            return this;
        }

        /**
         * Sets the number of blocks of each stack.
         *
         * @param blocks at least 1
         * @return this
         */
        public Builder blocks(int blocks) {
            values.size("num_layers", blocks);
            values.size("num_decoder_layers", blocks);
            return this;
        }

        /**
         * Chooses the feed-forward layers.
         *
         * @param gated true for gated GELU (T5 1.1, Flan-T5), false (default) for ReLU
         * @return this
         */
        public Builder gated(boolean gated) {
            values.set("feed_forward_proj", gated ? "gated-gelu" : "relu");
            return this;
        }

        /**
         * Sets whether the head shares the embedding's matrix.
         *
         * @param tied default true
         * @return this
         */
        public Builder tied(boolean tied) {
            values.set("tie_word_embeddings", tied);
            return this;
        }

        /**
         * Sets the probability of dropping an activation or an attention weight in training.
         *
         * @param probability at least 0 and below 1
         * @return this
         */
        public Builder dropout(double probability) {
            values.set("dropout_rate", probability);
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the content of a {@code config.json}
         * @throws IllegalArgumentException if sizes contradict each other, naming the key
         */
        public HfConfig build() {
            return values.checked(new T5Family());
        }
    }
}
