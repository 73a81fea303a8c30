package org.dl4jplugins.align.peft;

import static org.dl4jplugins.align.peft.PeftRoundTrip.lora;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.lora.BiasMode;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.core.io.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Adapters on whole language models, under the names that PEFT gives them. */
class PeftModelsTest {
    @TempDir Path folder;

    private static ComputationGraph family(String type) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model_type", type);
        values.put("vocab_size", 11);
        values.put("hidden_size", 8);
        values.put("intermediate_size", 12);
        values.put("num_hidden_layers", 2);
        values.put("num_attention_heads", 2);
        values.put("max_position_embeddings", 16);
        values.put("rms_norm_eps", 1e-6);
        values.put("layer_norm_eps", 1e-12);
        values.put("type_vocab_size", 2);
        values.put("hidden_act", type.equals("bert") ? "gelu" : "silu");
        values.put("d_model", 8);
        values.put("d_kv", 4);
        values.put("d_ff", 12);
        values.put("num_layers", 1);
        values.put("num_heads", 2);
        values.put("relative_attention_num_buckets", 8);
        HfConfig config = HfConfig.of(values);
        ComputationGraph graph =
                new ComputationGraph(
                        ModelFamilies.standard()
                                .of(config)
                                .configuration(config, ModelOptions.defaults()));
        graph.init();
        return graph;
    }

    private static INDArray[] outputs(ComputationGraph graph) {
        INDArray ids = Nd4j.createFromArray(new int[][] {{1, 2, 3}, {4, 5, 6}});
        INDArray[] inputs = new INDArray[graph.getNumInputArrays()];
        Arrays.fill(inputs, ids);
        if (graph.getConfiguration().getNetworkInputs().contains("token_type_ids")) {
            inputs[1] = Nd4j.zeros(2, 3);
        }
        return graph.output(inputs);
    }

    private Set<String> names() throws Exception {
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            return new TreeSet<>(tensors.names());
        }
    }

    @Test
    void llama() throws Exception {
        ComputationGraph base = family("llama");
        ComputationGraph graph =
                lora(
                        base,
                        new LoraConfig.Builder()
                                .targets("q_proj", "down_proj")
                                .rank(2)
                                .rankPattern(".*layers\\.1\\.mlp\\.down_proj", 3)
                                .alphaPattern(".*layers\\.0\\.self_attn.*", 5));
        PeftRoundTrip.check(base, graph, folder);
        assertEquals(outputs(graph)[0], outputs(PeftFiles.load(base, folder))[0]);
        String first = "base_model.model.model.layers.0.self_attn.q_proj.lora_";
        assertTrue(names().containsAll(List.of(first + "A.weight", first + "B.weight")));
        assertEquals(8, names().size());
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            assertEquals(
                    List.of(3L, 12L),
                    Arrays.stream(
                                    tensors.shape(
                                            "base_model.model.model.layers.1.mlp.down_proj.lora_A.weight"))
                            .boxed()
                            .toList());
        }
        String config = Files.readString(folder.resolve(PeftConfig.FILE));
        for (String part : List.of("\"peft_type\"", "\"LORA\"", "rank_pattern", "alpha_pattern")) {
            assertTrue(config.contains(part), part);
        }
    }

    @Test
    void t5WithDora() throws Exception {
        ComputationGraph base = family("t5");
        PeftRoundTrip.check(
                base, lora(base, new LoraConfig.Builder().targets("q", "wo").dora(true)), folder);
        assertTrue(
                names().contains(
                                "base_model.model.encoder.block.0.layer.0.SelfAttention.q"
                                        + ".lora_magnitude_vector"));
    }

    @Test
    void bertWithBiasesAndRankStabilizedScaling() throws Exception {
        ComputationGraph base = family("bert");
        PeftRoundTrip.check(
                base,
                lora(
                        base,
                        new LoraConfig.Builder().targets("query").rsLora(true).bias(BiasMode.ALL)),
                folder);
        String attention = "base_model.model.encoder.layer.0.attention.self.";
        assertTrue(
                names().containsAll(
                                List.of(
                                        attention + "query.base_layer.bias",
                                        attention + "key.bias")),
                names().toString());
    }
}
