package org.dl4jplugins.align.generation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.BertConfig;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.nd4j.linalg.api.buffer.DataType;

/** Tiny untrained models, and a tokenizer of single words. */
final class Models {
    /** Words w2, w3, ... below this number; 0 is padding, 1 the end. */
    static final int VOCABULARY = 7;

    private Models() {}

    static ComputationGraph llama() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "llama");
        config.put("vocab_size", VOCABULARY);
        config.put("hidden_size", 8);
        config.put("intermediate_size", 12);
        config.put("num_hidden_layers", 2);
        config.put("num_attention_heads", 2);
        config.put("num_key_value_heads", 1);
        config.put("max_position_embeddings", 32);
        config.put("rms_norm_eps", 1e-6);
        config.put("hidden_act", "silu");
        return graph(config);
    }

    static ComputationGraph t5() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "t5");
        config.put("vocab_size", VOCABULARY);
        config.put("d_model", 8);
        config.put("d_kv", 4);
        config.put("d_ff", 12);
        config.put("num_layers", 1);
        config.put("num_decoder_layers", 1);
        config.put("num_heads", 2);
        config.put("relative_attention_num_buckets", 8);
        config.put("relative_attention_max_distance", 16);
        config.put("feed_forward_proj", "relu");
        return graph(config);
    }

    static ComputationGraph bert() {
        HfConfig config =
                new BertConfig.Builder(VOCABULARY)
                        .hiddenSize(8)
                        .intermediateSize(12)
                        .blocks(1)
                        .heads(2)
                        .maxPositions(16)
                        .build();
        ModelOptions options =
                new ModelOptions.Builder().head(Head.LANGUAGE_MODEL).tokenTypes(false).build();
        return ModelFamilies.standard().init(config, options);
    }

    private static ComputationGraph graph(Map<String, Object> values) {
        HfConfig config = HfConfig.of(values);
        ModelOptions options = new ModelOptions.Builder().dataType(DataType.DOUBLE).seed(7).build();
        ComputationGraph graph =
                new ComputationGraph(
                        ModelFamilies.standard().of(config).configuration(config, options));
        graph.init();
        graph.params().muli(8); // logits that differ clearly
        return graph;
    }

    static HfTokenizer tokenizer() throws IOException {
        StringBuilder vocabulary = new StringBuilder("\"[PAD]\":0,\"</s>\":1");
        for (int i = 2; i < VOCABULARY; i++) {
            vocabulary.append(",\"w").append(i).append("\":").append(i);
        }
        String json =
                "{\"version\":\"1.0\",\"added_tokens\":["
                        + special(0, "[PAD]")
                        + ","
                        + special(1, "</s>")
                        + "],\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{\"type\":"
                        + "\"WordLevel\",\"unk_token\":\"w2\",\"vocab\":{"
                        + vocabulary
                        + "}}}";
        return HfTokenizer.read(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "test");
    }

    private static String special(int id, String content) {
        return "{\"id\":"
                + id
                + ",\"content\":\""
                + content
                + "\",\"special\":true,\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
                + "\"normalized\":false}";
    }
}
