package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.align.transformer.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Choosing, planning and transforming. */
class LoraTransformerTest {
    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
    }

    private static OutputLayer output(int in) {
        return new OutputLayer.Builder().nIn(in).nOut(2).activation(Activation.SOFTMAX).build();
    }

    /** Three blocks with q, v and mlp, and an output layer. */
    private static ComputationGraph blocks() {
        var builder =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("x");
        String below = "x";
        for (int i = 0; i < 3; i++) {
            String b = "model.layers." + i + ".";
            builder.addLayer(b + "attn.q_proj", linear(4, 4), below)
                    .addLayer(b + "attn.v_proj", linear(4, 4), below)
                    .addVertex(
                            b + "sum",
                            new ElementWiseVertex(ElementWiseVertex.Op.Add),
                            b + "attn.q_proj",
                            b + "attn.v_proj")
                    .addLayer(b + "mlp", linear(4, 4), b + "sum");
            below = b + "mlp";
        }
        ComputationGraph graph =
                new ComputationGraph(
                        builder.addLayer("head", output(4), below).setOutputs("head").build());
        graph.init();
        return graph;
    }

    private static List<String> chosen(LoraConfig.Builder config) {
        return new LoraTransformer.Builder(blocks())
                .config(config.rank(2).build()).build().plan().targets().stream()
                        .map(LoraTarget::name)
                        .toList();
    }

    @Test
    void choosesBySuffixRegexAllExcludeAndLayer() {
        assertEquals(6, chosen(new LoraConfig.Builder().targets("q_proj", "v_proj")).size());
        assertFalse(Targets.ends(List.of("proj"), "a.q_proj"));
        assertEquals(
                List.of("model.layers.1.attn.q_proj"),
                chosen(new LoraConfig.Builder().targetRegex(".*\\.1\\..*q_proj")));
        List<String> all = chosen(new LoraConfig.Builder().allLinear());
        assertEquals(9, all.size());
        assertFalse(all.contains("head"));
        assertEquals(
                List.of("model.layers.0.mlp", "model.layers.2.mlp"),
                chosen(
                        new LoraConfig.Builder()
                                .allLinear()
                                .exclude("q_proj", "attn.v_proj")
                                .layers(2, 0)));
        assertTrue(chosen(new LoraConfig.Builder().targets("mlp", "head")).contains("head"));
    }

    @Test
    void refusesWhatMatchesNothingAndNamesTheCandidates() {
        for (LoraConfig.Builder config :
                List.of(
                        new LoraConfig.Builder().targets("query"),
                        new LoraConfig.Builder().targets("q_proj", "o_proj"),
                        new LoraConfig.Builder().targetRegex("q_proj"),
                        new LoraConfig.Builder().targets("q_proj").layers(7),
                        new LoraConfig.Builder().targets("q_proj").exclude("o_proj"),
                        new LoraConfig.Builder().targets("q_proj").rankPattern("mlp", 3),
                        new LoraConfig.Builder().targets("q_proj").alphaPattern("mlp", 3))) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> chosen(config));
            assertTrue(e.getMessage().contains("model.layers.0.attn.q_proj"), e.getMessage());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> chosen(new LoraConfig.Builder().targets("mlp").modulesToSave("score")));
        assertThrows(IllegalArgumentException.class, () -> new LoraConfig.Builder().build());
        LoraConfig config = new LoraConfig.Builder().targets("mlp").build();
        ComputationGraph adapted =
                new LoraTransformer.Builder(blocks()).config(config).build().transform();
        assertThrows(
                IllegalArgumentException.class,
                () -> new LoraTransformer.Builder(adapted).config(config).build());
    }

    @Test
    void badExpressionsAndNetworksWithoutWeightsAreNamed() {
        for (Executable bad :
                List.<Executable>of(
                        () -> new LoraConfig.Builder().targetRegex("("),
                        () -> new LoraConfig.Builder().rankPattern("(", 2),
                        () -> new LoraConfig.Builder().alphaPattern("(", 2))) {
            String message = assertThrows(IllegalArgumentException.class, bad).getMessage();
            assertTrue(message.contains("must be a regular expression, got \"(\""), message);
        }
        LoraTransformer transformer =
                new LoraTransformer.Builder(new ComputationGraph(blocks().getConfiguration()))
                        .config(new LoraConfig.Builder().targets("mlp").build())
                        .build();
        String message =
                assertThrows(IllegalStateException.class, transformer::transform).getMessage();
        assertTrue(message.contains("init()"), message);
    }

    @Test
    void planCountsAndPatternsSetRankAndAlpha() {
        ComputationGraph graph = blocks();
        LoraPlan plan =
                new LoraTransformer.Builder(graph)
                        .config(
                                new LoraConfig.Builder()
                                        .targets("q_proj", "mlp")
                                        .rank(2)
                                        .alpha(4)
                                        .rankPattern("layers\\.1\\.mlp", 3)
                                        .alphaPattern("q_proj", 10)
                                        .modulesToSave("head")
                                        .build())
                        .build()
                        .plan();
        for (LoraTarget t : plan.targets()) {
            assertEquals(t.name().equals("model.layers.1.mlp") ? 3 : 2, t.increment().getRank());
            assertEquals(t.name().endsWith("q_proj") ? 10 : 4, t.increment().getAlpha());
        }
        long added = 5 * 2 * 8 + 3 * 8;
        assertEquals(added + 10, plan.trainableParameters());
        assertEquals(graph.numParams() + added, plan.totalParameters());
        assertEquals(List.of("head"), plan.modulesToSave());
        assertEquals(3, plan.frozen().size());
        String text = plan.toString();
        assertTrue(text.contains("model.layers.2.attn.q_proj"), text);
        assertTrue(text.contains("114 of 294"), text);
    }

    @Test
    void startsAsTheOriginalAndLeavesItAlone() {
        ComputationGraph graph = blocks();
        INDArray x = Nd4j.rand(5, 4);
        INDArray before = graph.outputSingle(x).dup();
        INDArray params = graph.params().dup();
        String conf = graph.getConfiguration().toJson();
        for (BasePlacement base : BasePlacement.values()) {
            ComputationGraph adapted =
                    new LoraTransformer.Builder(graph)
                            .config(new LoraConfig.Builder().allLinear().rank(2).base(base).build())
                            .build()
                            .transform();
            assertEquals(before, adapted.outputSingle(x));
            adapted.fit(new DataSet(x, labels(5)));
            assertTrue(adapted.outputSingle(x).sub(before).normmaxNumber().doubleValue() > 1e-4);
            assertNotNull(adapted.summary());
        }
        assertEquals(params, graph.params());
        assertEquals(conf, graph.getConfiguration().toJson());
    }

    private static INDArray labels(int n) {
        INDArray y = Nd4j.zeros(n, 2);
        for (int i = 0; i < n; i++) {
            y.putScalar(i, i % 2, 1);
        }
        return y;
    }

    @Test
    void nothingBelowTheLowestTrainableLayerIsComputed() {
        ComputationGraph graph = blocks();
        LoraPlan plan =
                new LoraTransformer.Builder(graph)
                        .config(new LoraConfig.Builder().targetRegex(".*1.mlp").rank(2).build())
                        .build()
                        .plan();
        NetworkLayers layers = NetworkLayers.of(plan.apply(graph.getConfiguration()));
        for (String name : layers.names()) {
            boolean above = name.contains("layers.2") || name.equals("head");
            assertEquals(above, ((LoraLayer) layers.layer(name)).isInputGradient(), name);
        }
    }

    @Test
    void multiLayerNetworkStaysOne() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .updater(new Adam(0.05))
                        .list()
                        .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                        .layer(new DenseLayer.Builder().nIn(6).nOut(5).build())
                        .layer(output(5))
                        .build();
        MultiLayerNetwork network = new MultiLayerNetwork(conf);
        network.init();
        INDArray x = Nd4j.rand(6, 4);
        LoraTransformer lora =
                new LoraTransformer.Builder(network)
                        .config(
                                new LoraConfig.Builder()
                                        .allLinear()
                                        .rank(2)
                                        .modulesToSave("layer2")
                                        .build())
                        .build();
        assertEquals(
                List.of("layer0", "layer1"),
                lora.plan().targets().stream().map(LoraTarget::name).toList());
        MultiLayerNetwork adapted = lora.transformNetwork();
        assertEquals(network.output(x), adapted.output(x));
        INDArray w = network.getLayer(0).getParam("W").dup();
        double first = adapted.score(new DataSet(x, labels(6)));
        for (int i = 0; i < 30; i++) {
            adapted.fit(new DataSet(x, labels(6)));
        }
        assertTrue(adapted.score(new DataSet(x, labels(6))) < first - 0.01);
        assertEquals(w, adapted.getLayer(0).getParam("W"));
        assertEquals(adapted.output(x), adapted.clone().output(x));
        assertThrows(IllegalStateException.class, lora::transform);
    }

    @Test
    void convolutionalNetworkWithStockLayersAndFrozenOnes() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(2)
                                .updater(new Adam(0.01))
                                .l2(0.1)
                                .graphBuilder()
                                .addInputs("x")
                                .setInputTypes(InputType.convolutional(8, 8, 2))
                                .addLayer("conv1", new FrozenLayer(conv()), "x")
                                .addLayer("bn1", new BatchNormalization(), "conv1")
                                .addLayer("conv2", conv(), "bn1")
                                .addVertex(
                                        "add",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "bn1",
                                        "conv2")
                                .addLayer("pool", new GlobalPoolingLayer(), "add")
                                .addLayer("fc", new DenseLayer.Builder().nOut(6).build(), "pool")
                                .addLayer("head", output(6), "fc")
                                .setOutputs("head")
                                .build());
        graph.init();
        ComputationGraph adapted =
                new LoraTransformer.Builder(graph)
                        .config(
                                new LoraConfig.Builder()
                                        .targets("fc")
                                        .rank(2)
                                        .modulesToSave("head")
                                        .build())
                        .build()
                        .transform();
        INDArray x = Nd4j.rand(4, 2, 8, 8);
        assertEquals(graph.outputSingle(x), adapted.outputSingle(x));
        for (int i = 0; i < 3; i++) {
            adapted.fit(new DataSet(x, labels(4)));
        }
        for (String name : List.of("conv1", "bn1", "conv2", "fc")) {
            LoraRuntime layer = (LoraRuntime) adapted.getLayer(name);
            graph.getLayer(name)
                    .paramTable()
                    .forEach((key, value) -> assertEquals(value, layer.base(key), name + key));
        }
    }

    private static ConvolutionLayer conv() {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(3)
                .convolutionMode(org.deeplearning4j.nn.conf.ConvolutionMode.Same)
                .activation(Activation.RELU)
                .build();
    }
}
