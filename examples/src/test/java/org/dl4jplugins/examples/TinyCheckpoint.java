package org.dl4jplugins.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A LLaMA of one block with random weights that knows a few words, as a checkpoint's folder. */
public final class TinyCheckpoint {

    private static final List<String> WORDS =
            List.of("<unk>", "<s>", "</s>", "say", "the", "next", "of", "a", "b", "c", "d", "e");
    private static final int WIDTH = 16;
    private static final int HIDDEN = 32;

    private TinyCheckpoint() {}

    /** Writes the files. */
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.json"),
                """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 12,
                 "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-6,
                 "bos_token_id": 1, "eos_token_id": 2}
                """);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\", \"unk_token\": \"<unk>\"}");
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
        SafeTensorsWriter.write(folder.resolve("model.safetensors"), weights(), Map.of());
    }

    private static String tokenizer() {
        StringBuilder json = new StringBuilder("{\"version\":\"1.0\",\"added_tokens\":[");
        for (int i = 0; i < 3; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"id\":" + i + ",\"content\":\"" + WORDS.get(i) + "\",")
                    .append("\"single_word\":false,\"lstrip\":false,\"rstrip\":false,")
                    .append("\"normalized\":false,\"special\":true}");
        }
        json.append("],\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Whitespace\"},")
                .append("\"post_processor\":{\"type\":\"BertProcessing\",\"sep\":[\"</s>\",2],")
                .append("\"cls\":[\"<s>\",1]},\"decoder\":null,")
                .append("\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\",\"vocab\":{");
        for (int i = 0; i < WORDS.size(); i++) {
            json.append(i == 0 ? "" : ",").append("\"" + WORDS.get(i) + "\":" + i);
        }
        return json.append("}}}").toString();
    }

    private static Map<String, INDArray> weights() {
        Random random = new Random(1);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        String block = "model.layers.0.";
        weights.put("model.embed_tokens.weight", matrix(random, WORDS.size(), WIDTH));
        weights.put(block + "input_layernorm.weight", Nd4j.ones(DataType.FLOAT, WIDTH));
        for (String name : List.of("q", "k", "v", "o")) {
            weights.put(block + "self_attn." + name + "_proj.weight", matrix(random, WIDTH, WIDTH));
        }
        weights.put(block + "post_attention_layernorm.weight", Nd4j.ones(DataType.FLOAT, WIDTH));
        weights.put(block + "mlp.gate_proj.weight", matrix(random, HIDDEN, WIDTH));
        weights.put(block + "mlp.up_proj.weight", matrix(random, HIDDEN, WIDTH));
        weights.put(block + "mlp.down_proj.weight", matrix(random, WIDTH, HIDDEN));
        weights.put("model.norm.weight", Nd4j.ones(DataType.FLOAT, WIDTH));
        weights.put("lm_head.weight", matrix(random, WORDS.size(), WIDTH));
        return weights;
    }

    private static INDArray matrix(Random random, int rows, int columns) {
        float[][] values = new float[rows][columns];
        for (float[] row : values) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) (0.3 * random.nextGaussian());
            }
        }
        return Nd4j.create(values);
    }
}
