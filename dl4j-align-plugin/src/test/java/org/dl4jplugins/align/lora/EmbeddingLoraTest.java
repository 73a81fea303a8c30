package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TiedProjection;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Embeddings with increments: looked up, and equal to the materialized table. */
class EmbeddingLoraTest {
    private static final INDArray IDS = Nd4j.createFromArray(new float[][] {{1, 4, 2}, {3, 1, 1}});
    private static final INDArray NEXT = Nd4j.createFromArray(new float[][] {{4, 2, 0}, {1, 1, 3}});
    private static final INDArray MASK = Nd4j.createFromArray(new float[][] {{1, 1, 1}, {1, 1, 0}});

    private static EmbeddingSequenceLayer.Builder sequence(RNNFormat format) {
        return new EmbeddingSequenceLayer.Builder()
                .nIn(5)
                .nOut(3)
                .inputLength(3)
                .hasBias(true)
                .outputDataFormat(format)
                .activation(Activation.TANH);
    }

    private static TokenEmbedding tokens(int padding) {
        return new TokenEmbedding.Builder().nIn(5).nOut(3).scale(1.5).paddingIndex(padding).build();
    }

    private static ComputationGraphConfiguration perStep(Layer embedding, RNNFormat format) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("ids")
                .addLayer("words", embedding, "ids")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nIn(3)
                                .nOut(2)
                                .dataFormat(format)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "words")
                .setOutputs("out")
                .build();
    }

    private static ComputationGraphConfiguration single() {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("ids")
                .addLayer(
                        "words",
                        new EmbeddingLayer.Builder()
                                .nIn(5)
                                .nOut(3)
                                .hasBias(true)
                                .activation(Activation.TANH)
                                .build(),
                        "ids")
                .addLayer(
                        "out",
                        new OutputLayer.Builder()
                                .nIn(3)
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "words")
                .setOutputs("out")
                .build();
    }

    private static LoraConfig.Builder words() {
        return new LoraConfig.Builder().targets("words").modulesToSave("out").rank(2).alpha(3);
    }

    private static INDArray labels(RNNFormat format) {
        INDArray y = Nd4j.zeros(2, 3, 2);
        for (int i = 0; i < 6; i++) {
            y.putScalar(i / 3, i % 3, i % 2, 1);
        }
        return format == RNNFormat.NWC ? y : y.permute(0, 2, 1).dup('c');
    }

    private static MultiDataSet masked(INDArray x, INDArray y) {
        return new MultiDataSet(
                new INDArray[] {x},
                new INDArray[] {y},
                new INDArray[] {MASK},
                new INDArray[] {MASK});
    }

    @TestFactory
    Stream<DynamicTest> tokenEmbedding() {
        return KindBattery.scored(perStep(tokens(-1), RNNFormat.NWC), words().build())
                .inputs(IDS)
                .labels(labels(RNNFormat.NWC))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> sequencesOfIds() {
        return KindBattery.scored(
                        perStep(sequence(RNNFormat.NCW).build(), RNNFormat.NCW),
                        words().bias(BiasMode.LORA_ONLY).build())
                .inputs(IDS)
                .labels(labels(RNNFormat.NCW))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> singleIds() {
        return KindBattery.scored(single(), words().bias(BiasMode.LORA_ONLY).build())
                .inputs(Nd4j.createFromArray(new float[][] {{1}, {4}, {1}}))
                .labels(Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 1}}))
                .tests();
    }

    @Test
    void equalTheMaterializedTwin() {
        for (RNNFormat format : RNNFormat.values()) {
            MaterializedTwin.check(
                    perStep(sequence(format).build(), format),
                    words().build(),
                    masked(IDS, labels(format)));
        }
        MaterializedTwin.check(
                perStep(tokens(-1), RNNFormat.NWC),
                words().build(),
                masked(IDS, labels(RNNFormat.NWC)));
        MaterializedTwin.check(
                single(),
                words().build(),
                new MultiDataSet(
                        Nd4j.createFromArray(new float[][] {{1}, {4}}),
                        Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}})));
    }

    @Test
    void onlyRowsOfTheBatchLearnAndPaddingDoesNot() {
        ComputationGraph graph = adapted(new LoraConfig.Builder().targets("words").rank(2), 1);
        INDArray a = graph.getLayer("words").getParam("W.loraA.0");
        assertEquals(0, a.normmaxNumber().doubleValue());
        assertTrue(graph.getLayer("words").getParam("W.loraB.0").normmaxNumber().doubleValue() > 0);
        graph.fit(new DataSet(IDS, labels(RNNFormat.NWC), null, null));
        for (int id = 0; id < 5; id++) {
            boolean learns = List.of(2, 3, 4).contains(id);
            assertEquals(learns, a.getRow(id).normmaxNumber().doubleValue() > 0, "id " + id);
        }
    }

    private static ComputationGraph adapted(LoraConfig.Builder config, int padding) {
        ComputationGraph graph = new ComputationGraph(perStep(tokens(padding), RNNFormat.NWC));
        graph.init();
        return new LoraTransformer.Builder(graph).config(config.build()).build().transform();
    }

    @Test
    void doraAndAllLinearLeaveEmbeddingsAlone() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> adapted(words().dora(true), -1));
        assertTrue(e.getMessage().contains("dora must be false"), e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> adapted(new LoraConfig.Builder().allLinear(), -1));
        assertTrue(e.getMessage().contains("No matrix is chosen"), e.getMessage());
    }

    /** As in PEFT: the head goes on with the base table. */
    @Test
    void aTiedHeadUsesTheBaseTable() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(5)
                                .updater(new Adam(0.05))
                                .graphBuilder()
                                .addInputs("ids")
                                .addLayer("words", tokens(-1), "ids")
                                .addLayer(
                                        "middle",
                                        new Linear.Builder()
                                                .nIn(3)
                                                .nOut(3)
                                                .activation(new ActivationTanH())
                                                .build(),
                                        "words")
                                .addVertex(
                                        "head",
                                        new TiedProjection.Builder("words").build(),
                                        "middle")
                                .addLayer("logits", new TokenLossLayer.Builder().build(), "head")
                                .setOutputs("logits")
                                .build());
        graph.init();
        for (BasePlacement placement : BasePlacement.values()) {
            ComputationGraph adapted =
                    new LoraTransformer.Builder(graph)
                            .config(
                                    new LoraConfig.Builder()
                                            .targets("words")
                                            .rank(2)
                                            .base(placement)
                                            .build())
                            .build()
                            .transform();
            DataSet data = new DataSet(IDS, NEXT);
            double first = adapted.score(data);
            for (int i = 0; i < 30; i++) {
                adapted.fit(data);
            }
            assertTrue(adapted.score(data) < first);
            INDArray hidden = adapted.feedForward(IDS, false).get("middle");
            INDArray table = graph.getLayer("words").getParam("W");
            assertEquals(table, ((LoraRuntime) adapted.getLayer("words")).base("W"));
            INDArray logits = hidden.reshape('c', 6, 3).mmul(table.transpose());
            INDArray own = adapted.feedForward(IDS, false).get("head").reshape('c', 6, 5);
            assertTrue(logits.equalsWithEps(own, 1e-5));
            String message =
                    assertThrows(IllegalArgumentException.class, () -> LoraMerge.merge(adapted))
                            .getMessage();
            assertTrue(message.contains("\"words\" cannot be merged: \"head\""), message);
        }
    }
}
