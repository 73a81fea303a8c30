package org.dl4jplugins.align.peft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.BiasMode;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraInit;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class PeftFilesTest {
    @TempDir Path folder;

    private static ComputationGraph lora(ComputationGraph base, LoraConfig.Builder config) {
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config.build()).build().transform();
        Nd4j.getRandom().setSeed(5);
        PeftTensors.of(graph, "default")
                .values()
                .forEach(t -> t.take(Nd4j.randn(t.shape()).muli(0.1)));
        return graph;
    }

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

    private void roundTrip(ComputationGraph base, ComputationGraph graph) throws Exception {
        PeftFiles.save(graph, "default", folder);
        ComputationGraph loaded = PeftFiles.load(base, folder);
        assertEquals(graph.paramTable().keySet(), loaded.paramTable().keySet());
        graph.paramTable()
                .forEach((name, value) -> assertEquals(value, loaded.paramTable().get(name), name));
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
        roundTrip(base, graph);
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
        roundTrip(base, lora(base, new LoraConfig.Builder().targets("q", "wo").dora(true)));
        assertTrue(
                names().contains(
                                "base_model.model.encoder.block.0.layer.0.SelfAttention.q"
                                        + ".lora_magnitude_vector"));
    }

    @Test
    void bertWithBiasesAndRankStabilizedScaling() throws Exception {
        ComputationGraph base = family("bert");
        roundTrip(
                base,
                lora(
                        base,
                        new LoraConfig.Builder().targets("query").rsLora(true).bias(BiasMode.ALL)));
        String attention = "base_model.model.encoder.layer.0.attention.self.";
        assertTrue(
                names().containsAll(
                                List.of(
                                        attention + "query.base_layer.bias",
                                        attention + "key.bias")),
                names().toString());
    }

    private static ComputationGraph twoLinear() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .updater(new Adam(0.1))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("a.q", new Linear.Builder().nIn(3).nOut(2).build(), "x")
                                .addLayer("a.k", new Linear.Builder().nIn(2).nOut(2).build(), "a.q")
                                .setOutputs("a.k")
                                .build());
        graph.init();
        return graph;
    }

    /** As PEFT writes it: A [rank, in], B [out, rank], scaling alpha / rank. */
    @Test
    void readsPeftsLayout() throws Exception {
        double[][] a = {{1, 2, 3}};
        double[][] b = {{0.5}, {-1}};
        Files.writeString(
                folder.resolve(PeftConfig.FILE),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 4, \"target_modules\": [\"q\"],"
                        + " \"bias\": \"none\", \"lora_bias\": true, \"eva_config\": null,"
                        + " \"init_lora_weights\": true}");
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("base_model.model.a.q.lora_A.weight", Nd4j.createFromArray(a));
        tensors.put("base_model.model.a.q.lora_B.weight", Nd4j.createFromArray(b));
        SafeTensorsWriter.write(folder.resolve(PeftFiles.TENSORS), tensors, Map.of());
        ComputationGraph base = twoLinear();
        PeftLoad load = PeftFiles.load(base, folder, "default", BasePlacement.SHARED, true);
        assertEquals(List.of("lora_bias"), load.unknownSettings());
        double[] x = {0.3, -0.2, 0.7};
        double xa = 1 * x[0] + 2 * x[1] + 3 * x[2];
        INDArray w = base.getParam("a.q_W");
        INDArray k = base.getParam("a.k_W");
        INDArray input = Nd4j.createFromArray(new double[][] {x});
        INDArray hidden = input.mmul(w);
        hidden.putScalar(0, 0, hidden.getDouble(0, 0) + 4 * xa * 0.5);
        hidden.putScalar(0, 1, hidden.getDouble(0, 1) - 4 * xa);
        INDArray expected = hidden.mmul(k);
        INDArray actual = load.graph().outputSingle(input);
        assertTrue(expected.equalsWithEps(actual, 1e-12), expected + " " + actual);
    }

    @Test
    void strictNamesEveryTensorThatDoesNotFit() throws Exception {
        ComputationGraph base = twoLinear();
        ComputationGraph graph = lora(base, new LoraConfig.Builder().targets("q", "k"));
        PeftFiles.save(graph, "default", folder);
        Path file = folder.resolve(PeftFiles.TENSORS);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (SafeTensors all = SafeTensors.open(file)) {
            for (String name : all.names()) {
                String changed = name.replace("a.k.lora_B", "a.v.lora_B");
                tensors.put(changed, all.read(name, DataType.DOUBLE));
            }
        }
        SafeTensorsWriter.write(file, tensors, Map.of());
        String message =
                assertThrows(IllegalArgumentException.class, () -> PeftFiles.load(base, folder))
                        .getMessage();
        assertTrue(message.contains("[base_model.model.a.k.lora_B.weight]"), message);
        assertTrue(message.contains("[base_model.model.a.v.lora_B.weight]"), message);
        PeftLoad load = PeftFiles.load(base, folder, "default", BasePlacement.INSIDE, false);
        assertEquals(List.of("base_model.model.a.k.lora_B.weight"), load.missing());
        assertEquals(List.of("base_model.model.a.v.lora_B.weight"), load.unexpected());

        tensors.put("base_model.model.a.q.lora_A.weight", Nd4j.ones(2, 3));
        SafeTensorsWriter.write(file, tensors, Map.of());
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        PeftFiles.load(
                                                base,
                                                folder,
                                                "default",
                                                BasePlacement.INSIDE,
                                                false))
                        .getMessage()
                        .contains("[2, 3]"));
        SafeTensorsWriter.write(file, Map.of("other", Nd4j.ones(1)), Map.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> PeftFiles.load(base, folder, "default", BasePlacement.INSIDE, false));
    }

    @Test
    void otherAdaptersLieInSubFoldersAndWholeModulesAreSaved() throws Exception {
        ComputationGraph base = twoLinear();
        LoraConfig config =
                new LoraConfig.Builder()
                        .adapterName("french")
                        .targets("q")
                        .modulesToSave("k")
                        .init(LoraInit.GAUSSIAN)
                        .build();
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config).build().transform();
        graph.getParam("a.k_W").assign(7);
        PeftFiles.save(graph, "french", folder, new PeftOrigin("base/model", "CAUSAL_LM"));
        assertTrue(Files.isRegularFile(folder.resolve("french").resolve(PeftFiles.TENSORS)));
        ComputationGraph loaded =
                PeftFiles.load(base, folder, "french", BasePlacement.INSIDE, true).graph();
        assertEquals(graph.params(), loaded.params());
        assertFalse(base.params().equals(graph.params()));
        assertThrows(
                IllegalArgumentException.class, () -> PeftFiles.save(graph, "default", folder));
    }

    private static ComputationGraph kinds() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(0.1))
                                .graphBuilder()
                                .addInputs("image", "series", "ids")
                                .addLayer(
                                        "conv",
                                        new ConvolutionLayer.Builder(3, 2).nIn(2).nOut(4).build(),
                                        "image")
                                .addLayer(
                                        "line",
                                        new Convolution1D.Builder(3).nIn(2).nOut(4).build(),
                                        "series")
                                .addLayer("lstm", new LSTM.Builder().nIn(4).nOut(4).build(), "line")
                                .addLayer(
                                        "both",
                                        new Bidirectional(
                                                new LSTM.Builder().nIn(4).nOut(4).build()),
                                        "lstm")
                                .addLayer(
                                        "words",
                                        new TokenEmbedding.Builder().nIn(7).nOut(4).build(),
                                        "ids")
                                .setOutputs("conv", "both", "words")
                                .build());
        graph.init();
        return graph;
    }

    @Test
    void convolutionsEmbeddingsAndLayersWithSeveralMatrices() throws Exception {
        ComputationGraph base = kinds();
        roundTrip(
                base,
                lora(
                        base,
                        new LoraConfig.Builder()
                                .targets("conv", "line", "lstm", "both", "words")
                                .bias(BiasMode.LORA_ONLY)
                                .rank(2)));
        Map<String, String> shapes = new LinkedHashMap<>();
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            for (String name : tensors.names()) {
                shapes.put(name, Arrays.toString(tensors.shape(name)));
            }
        }
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("conv.lora_A.weight", "[2, 2, 3, 2]");
        expected.put("conv.lora_B.weight", "[4, 2, 1, 1]");
        expected.put("line.lora_A.weight", "[2, 2, 3]");
        expected.put("line.lora_B.weight", "[4, 2, 1]");
        expected.put("lstm.RW.lora_A.weight", "[2, 4]");
        expected.put("lstm.RW.lora_B.weight", "[16, 2]");
        expected.put("both.bRW.lora_B.weight", "[16, 2]");
        expected.put("both.fb.base_layer.bias", "[16]");
        expected.put("both.bb.base_layer.bias", "[16]");
        expected.put("words.lora_embedding_A", "[2, 7]");
        expected.put("words.lora_embedding_B", "[4, 2]");
        expected.forEach(
                (name, shape) -> assertEquals(shape, shapes.get("base_model.model." + name), name));
    }

    @Test
    void magnitudesAndWholeModulesOfOtherKinds() throws Exception {
        ComputationGraph base = kinds();
        roundTrip(
                base,
                lora(
                        base,
                        new LoraConfig.Builder()
                                .targets("conv")
                                .modulesToSave("line", "words")
                                .dora(true)
                                .rank(2)));
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            String prefix = "base_model.model.";
            assertEquals(
                    "[1, 4, 1, 1]",
                    Arrays.toString(tensors.shape(prefix + "conv.lora_magnitude_vector")));
            assertEquals("[4, 2, 3]", Arrays.toString(tensors.shape(prefix + "line.weight")));
            assertEquals("[7, 4]", Arrays.toString(tensors.shape(prefix + "words.weight")));
        }
    }

    /** PyTorch's convolution: weights [out, in, time], no flipping. */
    @Test
    void sequenceConvolutionsMeanWhatTheyMeanInPytorch() throws Exception {
        ComputationGraph base =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .graphBuilder()
                                .addInputs("series")
                                .addLayer(
                                        "line",
                                        new Convolution1D.Builder(2)
                                                .nIn(2)
                                                .nOut(1)
                                                .hasBias(false)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "series")
                                .setOutputs("line")
                                .build());
        base.init();
        base.params().assign(0);
        ComputationGraph graph =
                lora(base, new LoraConfig.Builder().targets("line").rank(1).alpha(1));
        INDArray a = Nd4j.createFromArray(new double[][][] {{{1, 2}, {3, 4}}});
        PeftTensors.of(graph, "default").get("base_model.model.line.lora_A.weight").take(a);
        PeftTensors.of(graph, "default")
                .get("base_model.model.line.lora_B.weight")
                .take(Nd4j.ones(DataType.DOUBLE, 1, 1, 1));
        INDArray x = Nd4j.createFromArray(new double[][][] {{{5, 6, 7}, {8, 9, 10}}});
        double[] expected = {1 * 5 + 2 * 6 + 3 * 8 + 4 * 9, 1 * 6 + 2 * 7 + 3 * 9 + 4 * 10};
        INDArray actual = graph.outputSingle(x);
        assertEquals(expected[0], actual.getDouble(0, 0, 0), 1e-10);
        assertEquals(expected[1], actual.getDouble(0, 0, 1), 1e-10);
    }
}
