package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** The files of all-MiniLM-L6-v2, a real sentence encoder, from the class path. */
final class MiniLm {
    private static final String NAME = "/all-minilm-l6-v2";

    private MiniLm() {}

    static HfConfig config() {
        return HfConfig.of(
                Map.ofEntries(
                        Map.entry("model_type", "bert"),
                        Map.entry("architectures", List.of("BertModel")),
                        Map.entry("vocab_size", 30522),
                        Map.entry("hidden_size", 384),
                        Map.entry("num_hidden_layers", 6),
                        Map.entry("num_attention_heads", 12),
                        Map.entry("intermediate_size", 1536),
                        Map.entry("hidden_act", "gelu"),
                        Map.entry("hidden_dropout_prob", 0.1),
                        Map.entry("attention_probs_dropout_prob", 0.1),
                        Map.entry("max_position_embeddings", 512),
                        Map.entry("type_vocab_size", 2),
                        Map.entry("initializer_range", 0.02),
                        Map.entry("layer_norm_eps", 1e-12),
                        Map.entry("pad_token_id", 0)));
    }

    static InputStream model() {
        return MiniLm.class.getResourceAsStream(NAME + ".onnx");
    }

    static HfTokenizer tokenizer() throws IOException {
        try (InputStream json = MiniLm.class.getResourceAsStream(NAME + "-tokenizer.json")) {
            return HfTokenizer.read(json, "all-minilm-l6-v2-tokenizer.json");
        }
    }
}
