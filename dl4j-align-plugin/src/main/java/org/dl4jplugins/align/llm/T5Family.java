package org.dl4jplugins.align.llm;

import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.dl4jplugins.align.transformer.RelativePositionBias;
import org.dl4jplugins.align.transformer.TiedEmbedding;

/**
 * T5-like encoder-decoders: {@code t5} (T5, T5 1.1, Flan-T5) and {@code mt5}.
 *
 * <p>Inputs {@code input_ids} [batch, time] and {@code decoder_input_ids} [batch, time of the
 * decoder]; the latter are the labels shifted right behind {@code decoder_start_token_id}. Heads:
 * LANGUAGE_MODEL (output {@code logits} [batch, time of the decoder, vocabulary]), NONE (the
 * decoder's final norm), ENCODER (the encoder's, pooled if chosen; no decoder input) and
 * SEQUENCE_CLASSIFICATION (of the pooled encoder: linear layer {@code classifier}, output {@code
 * classes}).
 */
public final class T5Family implements ModelFamily {
    /** Token ids of the decoder, [batch, time]. */
    static final String DECODER_INPUT_IDS = "decoder_input_ids";

    private static final String EMBEDDING = "shared";

    @Override
    public Set<String> modelTypes() {
        return Set.of("t5", "mt5");
    }

    @Override
    public Head defaultHead(HfConfig config) {
        return Heads.byArchitecture(config, Head.LANGUAGE_MODEL);
    }

    @Override
    public ComputationGraphConfiguration configuration(HfConfig config, ModelOptions options) {
        T5Settings s = T5Settings.of(config);
        Heads.refuseMaxLength(config, options);
        Head head = Heads.chosen(config, options, defaultHead(config), Set.of(Head.PRE_TRAINING));
        boolean decoder = head == Head.LANGUAGE_MODEL || head == Head.NONE;
        GraphParts parts =
                decoder
                        ? new GraphParts(options, GraphParts.INPUT_IDS, DECODER_INPUT_IDS)
                        : new GraphParts(options, GraphParts.INPUT_IDS);
        String embedded =
                parts.embedding(
                        EMBEDDING, GraphParts.INPUT_IDS, s.vocabulary(), s.width(), -1, s.factor());
        String encoded = encoder(parts, s, embedded);
        Heads heads = new Heads(config, parts, s.width(), s.deviation(s.width()));
        if (head == Head.SEQUENCE_CLASSIFICATION) {
            return heads.classes("classifier", true, heads.pool(encoded, Pooling.MEAN));
        }
        if (head == Head.ENCODER) {
            return heads.hidden(encoded);
        }
        parts.graph.addVertex(
                "decoder.embed_tokens", new TiedEmbedding(EMBEDDING), DECODER_INPUT_IDS);
        String decoded = decoder(parts, s, "decoder.embed_tokens", encoded);
        if (head == Head.NONE) {
            return heads.hidden(decoded);
        }
        String logits =
                s.tied()
                        ? parts.tied("lm_head", decoded, EMBEDDING, 1 / Math.sqrt(s.width()))
                        : parts.linear(
                                "lm_head", decoded, s.width(), s.vocabulary(), false, s.factor());
        return parts.build(parts.tokenLoss(logits));
    }

    private static String encoder(GraphParts parts, T5Settings s, String embedded) {
        T5Block block = new T5Block(parts, s);
        String bias = bias(parts, s, "encoder", GraphParts.INPUT_IDS, true);
        String x = parts.dropout("encoder.dropout", embedded, s.dropout());
        for (int i = 0; i < s.encoderBlocks(); i++) {
            x = block.encoder("encoder.block." + i, x, bias);
        }
        return end(parts, s, "encoder", x);
    }

    private static String decoder(GraphParts parts, T5Settings s, String embedded, String encoded) {
        T5Block block = new T5Block(parts, s);
        String bias = bias(parts, s, "decoder", DECODER_INPUT_IDS, false);
        String x = parts.dropout("decoder.dropout", embedded, s.dropout());
        for (int i = 0; i < s.decoderBlocks(); i++) {
            x = block.decoder("decoder.block." + i, x, bias, encoded);
        }
        return end(parts, s, "decoder", x);
    }

    /** The bias of a stack's first block, which all its blocks use. */
    private static String bias(
            GraphParts parts, T5Settings s, String stack, String ids, boolean bidirectional) {
        String name = stack + ".block.0.layer.0.SelfAttention.relative_attention_bias";
        parts.graph.addLayer(
                name,
                new RelativePositionBias.Builder()
                        .heads(s.heads())
                        .buckets(s.buckets())
                        .maxDistance(s.maxDistance())
                        .bidirectional(bidirectional)
                        .weightInit(new NormalDistribution(0, s.deviation(s.width())))
                        .build(),
                ids);
        return name;
    }

    private static String end(GraphParts parts, T5Settings s, String stack, String x) {
        String normed = parts.rmsNorm(stack + ".final_layer_norm", x, s.width(), s.epsilon());
        return parts.dropout(stack + ".final_dropout", normed, s.dropout());
    }

    @Override
    public WeightMap weights(HfConfig config, ModelOptions options) {
        TensorNames names = new TensorNames("").mayBeNew("classifier.");
        String[] copies = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight"};
        if (T5Settings.of(config).tied()) {
            copies = new String[] {copies[0], copies[1], "lm_head.weight"};
        }
        names.copies(EMBEDDING + ".weight", copies);
        return WeightMap.of(configuration(config, options), names);
    }
}
