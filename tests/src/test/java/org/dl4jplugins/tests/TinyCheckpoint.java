package org.dl4jplugins.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelFamily;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.WeightBinding;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An untrained LLaMA of a few thousand parameters, as a checkpoint's files. */
final class TinyCheckpoint {
    private static final String[] WORDS = {
        "once", "upon", "a", "time", "there", "was", "cat", "name", "animal", "says", "meow", "."
    };

    private TinyCheckpoint() {}

    /** Writes config.json, model.safetensors and tokenizer.json. */
    static void write(Path folder) throws IOException {
        HfConfig config =
                new LlamaConfig.Builder(WORDS.length + 3)
                        .hiddenSize(16)
                        .intermediateSize(32)
                        .blocks(2)
                        .heads(2)
                        .keyValueHeads(2)
                        .maxPositions(256)
                        .build();
        ModelOptions options = ModelOptions.defaults();
        ModelFamily family = ModelFamilies.standard().of(config);
        ComputationGraph graph = new ComputationGraph(family.configuration(config, options));
        graph.init();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (WeightBinding binding : family.weights(config, options).bindings()) {
            INDArray value = graph.getLayer(binding.layer()).getParam(binding.parameter());
            INDArray tensor = binding.transposed() ? value.transpose() : value;
            tensors.put(binding.tensor(), tensor.dup('c').reshape('c', binding.shape()));
        }
        SafeTensorsWriter.write(
                folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        config.write(folder.resolve(HfConfig.FILE));
        Files.writeString(folder.resolve(HfTokenizer.FILE), tokenizer());
    }

    private static String tokenizer() {
        StringBuilder vocabulary = new StringBuilder("\"<unk>\":0,\"<s>\":1,\"</s>\":2");
        for (int i = 0; i < WORDS.length; i++) {
            vocabulary.append(",\"").append(WORDS[i]).append("\":").append(3 + i);
        }
        return "{\"version\":\"1.0\",\"added_tokens\":["
                + special(0, "<unk>")
                + ","
                + special(1, "<s>")
                + ","
                + special(2, "</s>")
                + "],\"normalizer\":{\"type\":\"Lowercase\"},\"pre_tokenizer\":{\"type\":"
                + "\"Whitespace\"},\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\","
                + "\"vocab\":{"
                + vocabulary
                + "}}}";
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
