package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TiedProjection;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A language model whose output shares the weights of a wrapped embedding. */
class TiedEmbeddingLoraTest {
    private static final INDArray IDS = Nd4j.createFromArray(new float[][] {{1, 4, 2}, {3, 0, 1}});
    private static final INDArray NEXT = Nd4j.createFromArray(new float[][] {{4, 2, 0}, {0, 1, 3}});

    /** Increments on the table itself. */
    public static final class TableKind extends WeightSpaceKind {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean handles(Layer base) {
            return base instanceof TokenEmbedding;
        }

        @Override
        public List<LoraMatrix> matrices(Layer base) {
            return List.of(new LoraMatrix("W", 5, 3));
        }
    }

    private static ComputationGraphConfiguration base() {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("ids")
                .addLayer(
                        "words",
                        new TokenEmbedding.Builder().nIn(5).nOut(3).scale(1.5).build(),
                        "ids")
                .addLayer(
                        "middle",
                        new Linear.Builder()
                                .nIn(3)
                                .nOut(3)
                                .activation(new ActivationTanH())
                                .build(),
                        "words")
                .addVertex("head", new TiedProjection.Builder("words").build(), "middle")
                .addLayer("logits", new TokenLossLayer.Builder().build(), "head")
                .setOutputs("logits")
                .build();
    }

    private static ComputationGraphConfiguration adapted(String... targets) {
        return new LoraTransformer.Builder(base())
                .kind(new TableKind())
                .config(new LoraConfig.Builder().targets(targets).rank(2).build())
                .build()
                .plan()
                .apply(base());
    }

    private static Stream<DynamicTest> battery(String... targets) {
        return LayerBattery.of(() -> adapted(targets)).inputs(IDS).labels(NEXT).tests();
    }

    @TestFactory
    Stream<DynamicTest> frozenTable() {
        return battery("middle");
    }

    @TestFactory
    Stream<DynamicTest> tableWithIncrements() {
        return battery("middle", "words");
    }

    @Test
    void theFrozenTableStaysAndTheOutputIsTheBasesUntilIncrementsLearn() {
        ComputationGraph original = new ComputationGraph(base());
        original.init();
        for (BasePlacement placement : BasePlacement.values()) {
            ComputationGraph graph =
                    new LoraTransformer.Builder(original)
                            .config(
                                    new LoraConfig.Builder()
                                            .targets("middle")
                                            .base(placement)
                                            .build())
                            .build()
                            .transform();
            assertEquals(original.outputSingle(IDS), graph.outputSingle(IDS));
            Map<String, INDArray> before = graph.clone().paramTable();
            graph.fit(new DataSet(IDS, NEXT));
            graph.paramTable()
                    .forEach(
                            (key, value) -> {
                                if (key.endsWith(".loraB.0")) {
                                    assertNotEquals(before.get(key), value, key);
                                } else if (!key.contains(".lora")) {
                                    assertEquals(before.get(key), value, key);
                                }
                            });
            assertTrue(graph.outputSingle(IDS).distance2(original.outputSingle(IDS)) > 0);
        }
    }
}
