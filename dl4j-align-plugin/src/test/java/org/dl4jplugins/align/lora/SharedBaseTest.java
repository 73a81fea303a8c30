package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.RMSNorm;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Frozen weights outside the network's array. */
class SharedBaseTest {
    private static final INDArray X = Nd4j.rand(2, 3, 4);
    private static final INDArray Y = Nd4j.ones(2, 2, 4).muli(0.5);

    private static ComputationGraph graph() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(4)
                                .updater(new Adam(0.01))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(4).build(), "x")
                                .addLayer(
                                        "out",
                                        new RnnOutputLayer.Builder()
                                                .nIn(4)
                                                .nOut(2)
                                                .dataFormat(
                                                        org.deeplearning4j.nn.conf.RNNFormat.NCW)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "lstm")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    private static ComputationGraph shared(ComputationGraph graph) {
        return new LoraTransformer.Builder(graph)
                .config(
                        new LoraConfig.Builder()
                                .targets("out")
                                .rank(2)
                                .base(BasePlacement.SHARED)
                                .build())
                .build()
                .transform();
    }

    @Test
    void livesOnceAndIsNotInTheParameters() {
        ComputationGraph graph = graph();
        ComputationGraph lora = shared(graph);
        assertEquals(2 * (4 + 2), lora.numParams());
        assertSame(
                graph.getLayer("lstm").getParam("RW"),
                ((LoraRuntime) lora.getLayer("lstm")).base("RW"));
        INDArray before = lora.outputSingle(X).dup();
        graph.getLayer("lstm").getParam("RW").addi(1);
        assertNotEquals(before, lora.outputSingle(X));
        assertEquals(graph.outputSingle(X), lora.outputSingle(X));
    }

    @Test
    void cloneKeepsItAndSavedNetworksAskForIt() throws IOException {
        ComputationGraph graph = graph();
        ComputationGraph lora = shared(graph);
        DataSet data = new DataSet(X, Y);
        lora.fit(data);
        assertEquals(lora.outputSingle(X), lora.clone().outputSingle(X));

        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ModelSerializer.writeModel(lora, file, true);
        ComputationGraph loaded =
                ModelSerializer.restoreComputationGraph(
                        new ByteArrayInputStream(file.toByteArray()), true);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> loaded.outputSingle(X));
        assertTrue(e.getMessage().contains("SharedBase.attach"), e.getMessage());
        SharedBase.attach(loaded, SharedBase.of(graph));
        assertEquals(lora.outputSingle(X), loaded.outputSingle(X));
        lora.fit(data);
        loaded.fit(data);
        assertEquals(lora.params(), loaded.params());
        assertEquals(lora.outputSingle(X), loaded.outputSingle(X));
    }

    @Test
    void namesEveryWeightThatDoesNotFit() {
        ComputationGraph graph = graph();
        ComputationGraph lora = new ComputationGraph(shared(graph).getConfiguration().clone());
        ComputationGraph fresh =
                new ComputationGraph(
                        ComputationGraphConfiguration.fromJson(lora.getConfiguration().toJson()));
        fresh.init();
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                SharedBase.attach(
                                        fresh,
                                        (layer, key) ->
                                                key.equals("RW")
                                                        ? null
                                                        : layer.equals("out") && key.equals("W")
                                                                ? Nd4j.ones(2, 4)
                                                                : graph.getLayer(layer)
                                                                        .getParam(key)));
        assertTrue(e.getMessage().contains("lstm.RW is absent"), e.getMessage());
        assertTrue(e.getMessage().contains("out.W has shape [2, 4], expected [4, 2]"));
        assertTrue(e.getMessage().startsWith("2 "));
        assertThrows(IllegalStateException.class, () -> fresh.outputSingle(X));
    }

    /** The layers and sizes of LLaMA-2-7B; their wiring is simpler. */
    private static ComputationGraphConfiguration sevenBillion() {
        var builder =
                new NeuralNetConfiguration.Builder()
                        .updater(new Adam(1e-4))
                        .graphBuilder()
                        .addInputs("input_ids")
                        .addLayer(
                                "model.embed_tokens",
                                new TokenEmbedding.Builder().nIn(32000).nOut(4096).build(),
                                "input_ids");
        String below = "model.embed_tokens";
        for (int i = 0; i < 32; i++) {
            String block = "model.layers." + i + ".";
            String norm = block + "input_layernorm";
            builder.addLayer(norm, new RMSNorm.Builder().nIn(4096).build(), below);
            below = norm;
            for (String name : new String[] {"q_proj", "k_proj", "v_proj", "o_proj"}) {
                String layer = block + "self_attn." + name;
                builder.addLayer(layer, linear(4096, 4096), below);
                below = layer;
            }
            builder.addLayer(block + "mlp.gate_proj", linear(4096, 11008), below)
                    .addLayer(block + "mlp.up_proj", linear(4096, 11008), below)
                    .addVertex(
                            block + "mlp.product",
                            new ElementWiseVertex(ElementWiseVertex.Op.Product),
                            block + "mlp.gate_proj",
                            block + "mlp.up_proj")
                    .addLayer(block + "mlp.down_proj", linear(11008, 4096), block + "mlp.product");
            below = block + "mlp.down_proj";
        }
        return builder.addLayer("lm_head", linear(4096, 32000), below)
                .addLayer("logits", loss(), "lm_head")
                .setOutputs("logits")
                .build();
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).hasBias(false).build();
    }

    private static LossLayer loss() {
        return new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .build();
    }

    @Test
    void sevenBillionParametersAreNotRefused() {
        ComputationGraphConfiguration conf = sevenBillion();
        LoraConfig.Builder config = new LoraConfig.Builder().targets("q_proj", "v_proj").rank(8);
        LoraPlan inside = new LoraTransformer.Builder(conf).config(config.build()).build().plan();
        IllegalArgumentException tooLarge =
                assertThrows(IllegalArgumentException.class, () -> inside.apply(conf));
        assertTrue(tooLarge.getMessage().contains("SHARED"), tooLarge.getMessage());

        LoraPlan plan =
                new LoraTransformer.Builder(conf)
                        .config(config.base(BasePlacement.SHARED).build())
                        .build()
                        .plan();
        assertEquals(4_194_304, plan.trainableParameters());
        assertTrue(plan.totalParameters() > 6_700_000_000L);
        long before = Pointer.physicalBytes();
        ComputationGraph graph = new ComputationGraph(plan.apply(conf));
        graph.init();
        long grown = (Pointer.physicalBytes() - before) >> 20;
        assertEquals(4_194_304, graph.numParams());
        assertTrue(grown < 400, grown + " MB");
        IllegalStateException e =
                assertThrows(
                        IllegalStateException.class, () -> graph.outputSingle(Nd4j.ones(1, 2)));
        assertTrue(e.getMessage().contains("model.embed_tokens"), e.getMessage());
    }

    @Test
    void moreThanTwoToTheThirtyOneParametersTrain() {
        int width = 4096;
        int layers = 130;
        var builder =
                new NeuralNetConfiguration.Builder()
                        .updater(new Adam(1e-2))
                        .trainingWorkspaceMode(WorkspaceMode.NONE)
                        .inferenceWorkspaceMode(WorkspaceMode.NONE)
                        .graphBuilder()
                        .addInputs("x");
        String below = "x";
        for (int i = 0; i < layers; i++) {
            builder.addLayer("layers." + i, linear(width, width), below);
            below = "layers." + i;
        }
        ComputationGraphConfiguration conf =
                builder.addLayer("loss", loss(), below).setOutputs("loss").build();
        LoraPlan plan =
                new LoraTransformer.Builder(conf)
                        .config(
                                new LoraConfig.Builder()
                                        .targets("layers.0", "layers.129")
                                        .rank(1)
                                        .base(BasePlacement.SHARED)
                                        .build())
                        .build()
                        .plan();
        assertTrue(plan.totalParameters() > Integer.MAX_VALUE);
        ComputationGraph graph = new ComputationGraph(plan.apply(conf));
        graph.init();
        INDArray identity = Nd4j.eye(width).dup('f');
        SharedBase.attach(graph, (layer, key) -> identity); // one array stands for all
        INDArray x = Nd4j.rand(1, width);
        assertEquals(x, graph.outputSingle(x));
        graph.fit(new DataSet(x, x.add(1)));
        assertTrue(
                graph.getLayer("layers.0").getParam("W.loraB.0").normmaxNumber().doubleValue() > 0);
        assertTrue(graph.outputSingle(x).sub(x).normmaxNumber().doubleValue() > 0);
    }
}
