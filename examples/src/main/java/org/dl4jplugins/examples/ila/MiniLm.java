package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.Pooling;

/** all-MiniLM-L6-v2, a small pretrained sentence encoder, from the class path. */
public final class MiniLm {

    /** Name of the model. */
    public static final String NAME = "all-MiniLM-L6-v2";

    private static final String FILE = "/all-minilm-l6-v2";

    private MiniLm() {}

    /** The encoder, its states averaged, and a new linear layer over them. */
    static HfCheckpoint classifier(HfTokenizer tokenizer, int labels) throws IOException {
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.SEQUENCE_CLASSIFICATION)
                        .pooling(Pooling.MEAN)
                        .labels(labels)
                        .seed(1)
                        .build();
        return read(tokenizer, options);
    }

    /**
     * The encoder, its states averaged over the tokens, without dropout.
     *
     * @param tokenizer its tokenizer
     * @return a graph from tokens [batch, time] to vectors [batch, 384]
     * @throws IOException if the model cannot be read
     */
    public static HfCheckpoint encoder(HfTokenizer tokenizer) throws IOException {
        return read(
                tokenizer,
                new ModelOptions.Builder()
                        .head(Head.ENCODER)
                        .pooling(Pooling.MEAN)
                        .dropout(false)
                        .seed(1)
                        .build());
    }

    private static HfCheckpoint read(HfTokenizer tokenizer, ModelOptions options)
            throws IOException {
        try (InputStream model = MiniLm.class.getResourceAsStream(FILE + ".onnx")) {
            return HfCheckpoint.fromOnnx(model, config(), tokenizer, options);
        }
    }

    /**
     * Its tokenizer.
     *
     * @throws IOException if it cannot be read
     */
    public static HfTokenizer tokenizer() throws IOException {
        String file = FILE + "-tokenizer.json";
        try (InputStream json = MiniLm.class.getResourceAsStream(file)) {
            return HfTokenizer.read(json, file.substring(1));
        }
    }

    private static HfConfig config() {
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
}
