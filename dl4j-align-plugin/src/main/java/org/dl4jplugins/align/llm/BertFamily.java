package org.dl4jplugins.align.llm;

import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.dl4jplugins.align.transformer.Bias;
import org.dl4jplugins.align.transformer.ConstantTokens;
import org.dl4jplugins.align.transformer.PositionEmbedding;
import org.dl4jplugins.align.transformer.SequencePooling;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * BERT-like encoders, MiniLM among them: {@code bert}.
 *
 * <p>Inputs {@code input_ids} and {@code token_type_ids}, both [batch, time]; without the second if
 * {@link ModelOptions#tokenTypes()} is false. Heads: LANGUAGE_MODEL (masked tokens, output {@code
 * logits} [batch, time, vocabulary]), PRE_TRAINING (outputs {@code logits} and {@code nsp} [batch,
 * 2]), SEQUENCE_CLASSIFICATION (pooled by the pooler unless chosen otherwise, linear layer {@code
 * classifier}, output {@code classes}), ENCODER and NONE (the last block's output [batch, time,
 * width], or pooled [batch, width]; module paths without {@code bert.}).
 */
public final class BertFamily implements ModelFamily {
    /** Token types (segments) of the text, [batch, time]. */
    static final String TOKEN_TYPE_IDS = "token_type_ids";

    /** Output of the next-sentence head: probabilities [batch, 2]. */
    static final String NEXT_SENTENCE = "nsp";

    private static final String PREFIX = "bert.";

    @Override
    public Set<String> modelTypes() {
        return Set.of("bert");
    }

    @Override
    public Head defaultHead(HfConfig config) {
        return Heads.byArchitecture(config, Head.ENCODER);
    }

    @Override
    public ComputationGraphConfiguration configuration(HfConfig config, ModelOptions options) {
        BertSettings s = BertSettings.of(config);
        Heads.refuseMaxLength(config, options);
        Supplier<IActivation> activation =
                () -> Activations.of(s.activation(), "hidden_act", config);
        Head head = Heads.chosen(config, options, defaultHead(config), Set.of());
        String prefix = head == Head.ENCODER || head == Head.NONE ? "" : PREFIX;
        GraphParts parts =
                options.tokenTypes()
                        ? new GraphParts(options, GraphParts.INPUT_IDS, TOKEN_TYPE_IDS)
                        : new GraphParts(options, GraphParts.INPUT_IDS);
        String x = embeddings(parts, s, prefix + "embeddings.");
        BertBlock block = new BertBlock(parts, s, activation);
        for (int i = 0; i < s.blocks(); i++) {
            x = block.add(prefix + "encoder.layer." + i, x);
        }
        Heads heads = new Heads(config, parts, s.width(), s.range());
        return switch (head) {
            case LANGUAGE_MODEL ->
                    parts.build(parts.tokenLoss(predictions(parts, s, x, activation)));
            case PRE_TRAINING -> {
                String logits = parts.tokenLoss(predictions(parts, s, x, activation));
                String pair =
                        parts.linear(
                                "cls.seq_relationship",
                                pooler(parts, s, prefix, x),
                                s.width(),
                                2,
                                true,
                                s.range());
                yield parts.build(logits, parts.softmaxLoss(NEXT_SENTENCE, pair));
            }
            case SEQUENCE_CLASSIFICATION -> {
                String pooled =
                        heads.pooling(Pooling.POOLER) == Pooling.POOLER
                                ? pooler(parts, s, prefix, x)
                                : heads.pool(x, Pooling.MEAN);
                yield heads.classes(
                        "classifier", true, parts.dropout("dropout", pooled, s.headDropout()));
            }
            default ->
                    heads.pooling(Pooling.NONE) == Pooling.POOLER
                            ? parts.build(pooler(parts, s, prefix, x))
                            : heads.hidden(x);
        };
    }

    /** norm(words + token types + positions). */
    private static String embeddings(GraphParts parts, BertSettings s, String name) {
        String types = TOKEN_TYPE_IDS;
        if (!parts.options.tokenTypes()) {
            parts.graph.addVertex(types, new ConstantTokens(0), GraphParts.INPUT_IDS);
        }
        String words =
                parts.embedding(
                        name + "word_embeddings",
                        GraphParts.INPUT_IDS,
                        s.vocabulary(),
                        s.width(),
                        s.padding(),
                        s.range());
        String segments =
                parts.embedding(
                        name + "token_type_embeddings", types, s.types(), s.width(), -1, s.range());
        String sum = parts.add(name + "sum", words, segments);
        String placed = name + "position_embeddings";
        parts.graph.addLayer(
                placed,
                new PositionEmbedding.Builder()
                        .maxPositions(s.positions())
                        .nIn(s.width())
                        .nOut(s.width())
                        .weightInit(new NormalDistribution(0, s.range()))
                        .build(),
                sum);
        boolean last = parts.dropout(s.dropout()) == 0;
        String normed = parts.layerNorm(name + "LayerNorm", placed, s.width(), s.epsilon(), last);
        return parts.dropout(name + "dropout", normed, s.dropout());
    }

    /** tanh of a dense layer on the first token. */
    private static String pooler(GraphParts parts, BertSettings s, String prefix, String states) {
        String first = parts.pool(prefix + "pooler.first", states, SequencePooling.Mode.FIRST);
        return parts.linear(
                prefix + "pooler.dense",
                first,
                s.width(),
                s.width(),
                true,
                s.range(),
                new ActivationTanH());
    }

    /** Logits of masked tokens. */
    private static String predictions(
            GraphParts parts, BertSettings s, String states, Supplier<IActivation> activation) {
        String name = "cls.predictions";
        String dense =
                parts.linear(
                        name + ".transform.dense",
                        states,
                        s.width(),
                        s.width(),
                        true,
                        s.range(),
                        activation.get());
        String normed =
                parts.layerNorm(name + ".transform.LayerNorm", dense, s.width(), s.epsilon());
        String decoder = name + ".decoder";
        String logits =
                s.tied()
                        ? parts.tied(decoder, normed, PREFIX + "embeddings.word_embeddings", 1)
                        : parts.linear(
                                decoder, normed, s.width(), s.vocabulary(), false, s.range());
        parts.graph.addLayer(name, new Bias.Builder().width(s.vocabulary()).build(), logits);
        return name;
    }

    @Override
    public WeightMap weights(HfConfig config, ModelOptions options) {
        TensorNames names =
                new TensorNames(PREFIX)
                        .gammas()
                        .mayBeNew("pooler.", "classifier.", "cls.seq_relationship.")
                        .copies("cls.predictions.bias", "cls.predictions.decoder.bias");
        if (BertSettings.of(config).tied()) {
            names.copies(
                    PREFIX + "embeddings.word_embeddings.weight", "cls.predictions.decoder.weight");
        }
        return WeightMap.of(configuration(config, options), names);
    }
}
