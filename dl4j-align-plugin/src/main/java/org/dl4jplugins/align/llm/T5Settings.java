package org.dl4jplugins.align.llm;

import org.nd4j.linalg.activations.IActivation;

/**
 * The architecture of a T5-like encoder-decoder.
 *
 * @param vocabulary number of tokens
 * @param width of the hidden states ({@code d_model})
 * @param headSize width of a head ({@code d_kv}), need not be width / heads
 * @param inner width of the feed-forward layers ({@code d_ff})
 * @param encoderBlocks number of blocks of the encoder
 * @param decoderBlocks number of blocks of the decoder
 * @param heads attention heads
 * @param buckets of relative positions
 * @param maxDistance from which on all positions share a bucket
 * @param dropout probability, of activations and attention weights alike
 * @param epsilon of the RMS norms
 * @param factor of the spread of new weights
 * @param gated whether the feed-forward layers have a gate
 * @param activation Hugging Face name of their activation function
 * @param tied whether the head shares the embedding's matrix
 * @param config where all that comes from
 */
record T5Settings(
        int vocabulary,
        int width,
        int headSize,
        int inner,
        int encoderBlocks,
        int decoderBlocks,
        int heads,
        int buckets,
        int maxDistance,
        double dropout,
        double epsilon,
        double factor,
        boolean gated,
        String activation,
        boolean tied,
        HfConfig config) {

    static T5Settings of(HfConfig config) {
        ConfigReader c = new ConfigReader(config);
        boolean multilingual = config.modelType().equals("mt5");
        int blocks = c.blocks("num_layers", null);
        String projection = config.text("feed_forward_proj", multilingual ? "gated-gelu" : "relu");
        boolean gated = projection.startsWith("gated-");
        String activation = projection.equals("gated-gelu") ? "gelu_new" : projection;
        T5Settings settings =
                new T5Settings(
                        c.positive("vocab_size"),
                        c.positive("d_model"),
                        c.positive("d_kv"),
                        c.positive("d_ff"),
                        blocks,
                        c.positive("num_decoder_layers", blocks),
                        c.positive("num_heads"),
                        c.positive("relative_attention_num_buckets", 32),
                        c.positive("relative_attention_max_distance", 128),
                        c.dropout("dropout_rate", 0.1),
                        c.above0("layer_norm_epsilon", 1e-6),
                        c.above0("initializer_factor", 1),
                        gated,
                        activation.startsWith("gated-") ? activation.substring(6) : activation,
                        config.flag("tie_word_embeddings", !multilingual),
                        config);
        settings.newActivation();
        return settings;
    }

    IActivation newActivation() {
        return Activations.of(activation, "feed_forward_proj", config);
    }

    /** Standard deviation of new weights that take so many inputs (Mesh TensorFlow's rule). */
    double deviation(double inputs) {
        return factor / Math.sqrt(inputs);
    }
}
