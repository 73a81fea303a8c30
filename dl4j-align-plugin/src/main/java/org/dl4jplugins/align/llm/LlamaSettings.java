package org.dl4jplugins.align.llm;

import org.dl4jplugins.align.transformer.RotaryEmbedding;

/**
 * The architecture of a LLaMA-like decoder.
 *
 * @param vocabulary number of tokens
 * @param width of the hidden states
 * @param inner width of the feed-forward layers
 * @param blocks number of decoder blocks
 * @param heads query heads
 * @param kvHeads key and value heads, a divisor of heads
 * @param headSize width of a head
 * @param epsilon of the RMS norms
 * @param padding token whose embedding takes no gradient, -1 for none
 * @param tied whether the head shares the embedding's matrix
 * @param rotary position embedding
 * @param queryBias whether the q, k and v projections have a bias
 * @param outputBias whether the o projection has one
 * @param mlpBias whether the feed-forward projections have one
 * @param attentionDropout probability of dropping an attention weight
 * @param window tokens that a token sees, itself included; 0 for all
 * @param windowFrom first block with that window
 * @param range standard deviation of new weights
 */
record LlamaSettings(
        int vocabulary,
        int width,
        int inner,
        int blocks,
        int heads,
        int kvHeads,
        int headSize,
        double epsilon,
        int padding,
        boolean tied,
        RotaryEmbedding rotary,
        boolean queryBias,
        boolean outputBias,
        boolean mlpBias,
        double attentionDropout,
        int window,
        int windowFrom,
        double range) {

    static LlamaSettings of(HfConfig config, int maxLength) {
        ConfigReader c = new ConfigReader(config);
        int width = c.positive("hidden_size");
        int heads = c.positive("num_attention_heads");
        boolean given = config.has("head_dim");
        c.check(
                given || width % heads == 0,
                "num_attention_heads",
                heads,
                "a divisor of hidden_size " + width + " where there is no head_dim");
        int headSize = c.positive("head_dim", Math.max(1, width / heads));
        c.check(
                headSize % 2 == 0,
                given ? "head_dim" : "hidden_size / num_attention_heads",
                headSize,
                "even, for rotary embedding");
        boolean mistral = config.modelType().equals("mistral");
        int kvHeads = c.positive("num_key_value_heads", mistral ? 8 : heads);
        c.check(
                heads % kvHeads == 0,
                "num_key_value_heads",
                kvHeads,
                "a divisor of num_attention_heads " + heads);
        boolean qwen = config.modelType().equals("qwen2");
        boolean bias = config.flag("attention_bias", false);
        boolean windowed =
                config.has("sliding_window")
                        && (qwen ? config.flag("use_sliding_window", false) : mistral);
        int blocks = c.blocks("num_hidden_layers", null);
        return new LlamaSettings(
                c.positive("vocab_size"),
                width,
                c.positive("intermediate_size"),
                blocks,
                heads,
                kvHeads,
                headSize,
                c.above0("rms_norm_eps", 1e-6),
                c.padding(-1),
                config.flag("tie_word_embeddings", false),
                Rope.of(config, maxLength),
                qwen || bias,
                bias && !qwen,
                config.flag("mlp_bias", false),
                c.dropout("attention_dropout", 0),
                windowed ? c.positive("sliding_window") : 0,
                qwen && windowed ? config.integer("max_window_layers", blocks) : 0,
                c.above0("initializer_range", 0.02));
    }

    /** Tokens that a token of a block sees, 0 for all. */
    int window(int block) {
        return block >= windowFrom ? window : 0;
    }
}
