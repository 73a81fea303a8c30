package org.dl4jplugins.align.llm;

import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * LLaMA-like decoders: {@code llama}, {@code mistral}, {@code qwen2}.
 *
 * <p>Input {@code input_ids} [batch, time]. Heads: LANGUAGE_MODEL (output {@code logits} [batch,
 * time, vocabulary]), SEQUENCE_CLASSIFICATION (linear layer {@code score}, output {@code classes}
 * [batch, classes], pooled at the last token), ENCODER and NONE (the final norm [batch, time,
 * width], or {@code pooled} [batch, width]; module paths without {@code model.}).
 */
public final class LlamaFamily implements ModelFamily {
    private static final String PREFIX = "model.";

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama", "mistral", "qwen2");
    }

    @Override
    public Head defaultHead(HfConfig config) {
        return Heads.byArchitecture(config, Head.LANGUAGE_MODEL);
    }

    @Override
    public ComputationGraphConfiguration configuration(HfConfig config, ModelOptions options) {
        LlamaSettings s = LlamaSettings.of(config, options.maxLength());
        Head head = head(config, options);
        String prefix = prefix(head);
        GraphParts parts = new GraphParts(options, GraphParts.INPUT_IDS);
        String embedding = prefix + "embed_tokens";
        String x =
                parts.embedding(
                        embedding,
                        GraphParts.INPUT_IDS,
                        s.vocabulary(),
                        s.width(),
                        s.padding(),
                        s.range());
        LlamaBlock block = new LlamaBlock(parts, s);
        for (int i = 0; i < s.blocks(); i++) {
            String activation = config.text("hidden_act", "silu");
            x =
                    block.add(
                            prefix + "layers." + i,
                            i,
                            x,
                            Activations.of(activation, "hidden_act", config));
        }
        x = parts.rmsNorm(prefix + "norm", x, s.width(), s.epsilon());
        if (head == Head.LANGUAGE_MODEL) {
            x =
                    s.tied()
                            ? parts.tied("lm_head", x, embedding, 1)
                            : parts.linear(
                                    "lm_head", x, s.width(), s.vocabulary(), false, s.range());
            return parts.build(parts.tokenLoss(x));
        }
        Heads heads = new Heads(config, parts, s.width(), s.range());
        return head == Head.SEQUENCE_CLASSIFICATION
                ? heads.classes("score", false, heads.pool(x, Pooling.LAST))
                : heads.hidden(x);
    }

    @Override
    public WeightMap weights(HfConfig config, ModelOptions options) {
        TensorNames names = new TensorNames(PREFIX).mayBeNew("score.");
        if (LlamaSettings.of(config, options.maxLength()).tied()) {
            names.copies(PREFIX + "embed_tokens.weight", "lm_head.weight");
        }
        return WeightMap.of(configuration(config, options), names);
    }

    private Head head(HfConfig config, ModelOptions options) {
        return Heads.chosen(config, options, defaultHead(config), Set.of(Head.PRE_TRAINING));
    }

    private static String prefix(Head head) {
        return head == Head.ENCODER || head == Head.NONE ? "" : PREFIX;
    }
}
