package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class LoraMasksTest {

    private static LoraConfig.Builder config() {
        return new LoraConfig.Builder()
                .allLinear()
                .rank(2)
                .updater(new Sgd(0.1))
                .modulesToSave("out");
    }

    /** Four layers with trained increments. */
    private static ComputationGraph trained(long seed) {
        ComputationGraph lora = Graphs.lora(Graphs.mlp(4, 5, seed), config());
        lora.fit(Graphs.taught(Graphs.mlp(4, 5, seed + 1), 5, 10, 8, 0, 0));
        return lora;
    }

    private static DataSet data() {
        return new DataSet(Graphs.random(1, 7, 5), Graphs.random(2, 7, 4));
    }

    @Test
    void restrictedIsTheSameAsGammaZeroInForwardAndBackward() {
        ComputationGraph lora = trained(1);
        List<AdaptedMatrix> layers = AdaptedMatrix.of(lora);
        LayerMask mask = LayerMask.of(layers, List.of("d1", "d3"));
        ComputationGraph restricted = LoraMasks.restrict(lora, mask);
        assertEquals(mask.kept(), AdaptedMatrix.of(restricted));
        INDArray full = lora.outputSingle(data().getFeatures());
        LoraMasks.setGamma(lora, mask);
        INDArray masked = lora.outputSingle(data().getFeatures());
        assertNotEquals(full, masked);
        assertTrue(masked.equalsWithEps(restricted.outputSingle(data().getFeatures()), 1e-12));
        for (int step = 0; step < 3; step++) {
            lora.fit(data());
            restricted.fit(data());
        }
        restricted
                .paramTable()
                .forEach(
                        (key, value) ->
                                assertTrue(value.equalsWithEps(lora.getParam(key), 1e-12), key));
        LoraMasks.setGamma(lora, LayerMask.all(layers));
        assertNotEquals(masked, lora.outputSingle(data().getFeatures()));
    }

    @Test
    void frozenLayersStayAndTheirBackwardPassIsLeftOut() {
        ComputationGraph lora = trained(1);
        LayerMask mask = LayerMask.last(AdaptedMatrix.of(lora), 2);
        ComputationGraph restricted = LoraMasks.restrict(lora, mask);
        ComputationGraph before = restricted.clone();
        restricted.fit(data());
        restricted
                .paramTable()
                .forEach(
                        (key, value) -> {
                            boolean learns = key.contains(".lora") || key.startsWith("out");
                            assertEquals(!learns, value.equals(before.getParam(key)), key);
                        });
        assertFalse(conf(restricted, "d1").isInputGradient());
        assertFalse(conf(restricted, "d2").isInputGradient());
        assertTrue(conf(restricted, "d3").isInputGradient());
        assertTrue(conf(lora, "d1").isInputGradient());
        assertEquals(0, restricted.getIterationCount() - 1);
    }

    private static LoraLayer conf(ComputationGraph graph, String layer) {
        return (LoraLayer) graph.getLayer(layer).conf().getLayer();
    }

    @Test
    void aMaskMovesToAnotherModelOfTheSameArchitectureOnly() {
        LayerSignificance significance =
                ScoreModel.of(trained(1), new ScoreSettings.Builder().build())
                        .report("first")
                        .build();
        ComputationGraph other = trained(5);
        LayerMask mask = LayerSignificance.fromJson(significance.toJson()).freezeLeast(0.25);
        assertEquals(mask.kept(), AdaptedMatrix.of(LoraMasks.restrict(other, mask)));
        for (ComputationGraph wrong :
                List.of(
                        Graphs.lora(Graphs.mlp(5, 5, 1), config()),
                        Graphs.lora(Graphs.mlp(4, 6, 1), config()),
                        Graphs.lora(Graphs.mlp(4, 5, 1), config().exclude("d2")))) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> LoraMasks.restrict(wrong, mask))
                            .getMessage();
            assertTrue(message.contains("different architectures"), message);
            assertThrows(IllegalArgumentException.class, () -> LoraMasks.setGamma(wrong, mask));
        }
    }

    @Test
    void theRegularExpressionChoosesTheKeptLayers() {
        ComputationGraph base = Graphs.mlp(12, 5, 1);
        LayerMask mask =
                LayerMask.of(
                        AdaptedMatrix.of(Graphs.lora(base, config())), List.of("d1", "d3", "d10"));
        LoraConfig.Builder few = new LoraConfig.Builder().targetRegex(mask.targetRegex());
        assertEquals(mask.kept(), AdaptedMatrix.of(Graphs.lora(base, few)));
        String dotted = LayerMask.all(Matrices.of("model.layers.0.q_proj", "a b")).targetRegex();
        assertEquals("model\\.layers\\.0\\.q_proj|a\\ b", dotted);
    }

    @Test
    void sharedBaseWeightsStayShared() {
        ComputationGraph base = Graphs.mlp(3, 5, 1);
        ComputationGraph lora =
                new LoraTransformer.Builder(base)
                        .config(config().base(BasePlacement.SHARED).build())
                        .build()
                        .transform();
        lora.fit(data());
        INDArray x = data().getFeatures();
        ComputationGraph restricted =
                LoraMasks.restrict(lora, LayerMask.first(AdaptedMatrix.of(lora), 2));
        ScoreModel scores =
                ScoreModel.of(lora, new ScoreSettings.Builder().initialScore(40).build());
        assertEquals(lora.outputSingle(x), scores.graph().outputSingle(x));
        assertTrue(restricted.numParams() < lora.numParams());
        INDArray before = restricted.outputSingle(x);
        base.getParam("d0_W").muli(2);
        assertNotEquals(before, restricted.outputSingle(x));
    }
}
