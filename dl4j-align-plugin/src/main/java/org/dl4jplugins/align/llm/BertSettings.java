package org.dl4jplugins.align.llm;

/**
 * The architecture of a BERT-like encoder.
 *
 * @param vocabulary number of tokens
 * @param width of the hidden states
 * @param inner width of the feed-forward layers
 * @param blocks number of encoder blocks
 * @param heads attention heads, a divisor of width
 * @param positions rows of the table of positions, the longest sequence
 * @param types number of token types
 * @param activation Hugging Face name of the activation function
 * @param epsilon of the layer normalizations
 * @param padding token whose embedding takes no gradient, -1 for none
 * @param tied whether the masked-token head shares the embedding's matrix
 * @param dropout probability of dropping an activation
 * @param attentionDropout probability of dropping an attention weight
 * @param headDropout probability of dropping an input of the classifier
 * @param range standard deviation of new weights
 */
record BertSettings(
        int vocabulary,
        int width,
        int inner,
        int blocks,
        int heads,
        int positions,
        int types,
        String activation,
        double epsilon,
        int padding,
        boolean tied,
        double dropout,
        double attentionDropout,
        double headDropout,
        double range) {

    static BertSettings of(HfConfig config) {
        ConfigReader c = new ConfigReader(config);
        int width = c.positive("hidden_size");
        int heads = c.positive("num_attention_heads");
        c.check(
                width % heads == 0,
                "num_attention_heads",
                heads,
                "a divisor of hidden_size " + width);
        String positions = config.text("position_embedding_type", "absolute");
        c.check(positions.equals("absolute"), "position_embedding_type", positions, "absolute");
        c.check(!config.flag("is_decoder", false), "is_decoder", true, "false: not implemented");
        double dropout = c.dropout("hidden_dropout_prob", 0.1);
        return new BertSettings(
                c.positive("vocab_size"),
                width,
                c.positive("intermediate_size"),
                c.blocks("num_hidden_layers", null),
                heads,
                c.positive("max_position_embeddings", 512),
                c.positive("type_vocab_size", 2),
                config.text("hidden_act", "gelu"),
                c.above0("layer_norm_eps", 1e-12),
                c.padding(0),
                config.flag("tie_word_embeddings", true),
                dropout,
                c.dropout("attention_probs_dropout_prob", 0.1),
                c.dropout("classifier_dropout", dropout),
                c.above0("initializer_range", 0.02));
    }
}
