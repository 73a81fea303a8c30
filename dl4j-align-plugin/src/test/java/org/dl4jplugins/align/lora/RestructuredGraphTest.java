package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

class RestructuredGraphTest {

    @Test
    void onlyChosenLayersMove() {
        ComputationGraph plain = AdapterNets.plain(DataType.FLOAT);
        ComputationGraph frozen = LoraNetworks.freeze(plain, "b"::equals);
        assertEquals(
                plain.output(AdapterNets.data(DataType.FLOAT).getFeatures())[0],
                frozen.output(AdapterNets.data(DataType.FLOAT).getFeatures())[0]);
        for (int i = 0; i < 3; i++) {
            frozen.fit(AdapterNets.data(DataType.FLOAT)); // with Adam and weight decay
        }
        for (String layer : List.of("a", "b", "head")) {
            boolean same =
                    plain.getLayer(layer)
                            .getParam("W")
                            .equals(frozen.getLayer(layer).getParam("W"));
            assertEquals(!layer.equals("b"), same, layer);
        }
        assertFalse(((LoraLayer) frozen.getLayer("a").conf().getLayer()).isInputGradient());
        assertTrue(((LoraLayer) frozen.getLayer("head").conf().getLayer()).isInputGradient());
    }

    @Test
    void whatCannotBeFrozen() {
        ComputationGraph plain = AdapterNets.plain(DataType.FLOAT);
        String none =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LoraNetworks.freeze(plain, name -> false))
                        .getMessage();
        assertTrue(none.contains("[a, b, head]"), none);
        ComputationGraph frozen = LoraNetworks.freeze(plain, "b"::equals);
        String twice =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LoraNetworks.freeze(frozen, "b"::equals))
                        .getMessage();
        assertTrue(twice.contains("Layer a has a frozen base already"), twice);
    }

    /** The frozen layers computed no gradient for what is below; something new there needs it. */
    @Test
    void aNewLayerBelowAdaptersLearns() {
        ComputationGraph adapted =
                AdapterNets.lora(AdapterNets.plain(DataType.DOUBLE), AdapterNets.config("one", 2));
        AdapterNets.randomize(adapted, 3);
        ComputationGraph taller =
                LoraNetworks.restructure(adapted, RestructuredGraphTest::insertBelow);
        for (String layer : List.of("a", "b", "head")) {
            adapted.getLayer(layer)
                    .paramTable()
                    .forEach(
                            (key, value) ->
                                    assertEquals(value, taller.getLayer(layer).getParam(key)));
        }
        INDArray before = taller.getLayer("below").getParam("W").dup();
        INDArray frozen = taller.getLayer("a").getParam("W").dup();
        taller.fit(AdapterNets.data(DataType.DOUBLE));
        assertTrue(AdapterNets.difference(before, taller.getLayer("below").getParam("W")) > 1e-4);
        assertEquals(frozen, taller.getLayer("a").getParam("W"));
    }

    private static void insertBelow(ComputationGraphConfiguration conf) {
        int width = (int) AdapterNets.data(DataType.DOUBLE).getFeatures().size(-1);
        Linear layer =
                new Linear.Builder()
                        .nIn(width)
                        .nOut(width)
                        .activation(new ActivationTanH())
                        .updater(new Adam(0.01))
                        .build();
        layer.setLayerName("below");
        conf.getVertices()
                .put(
                        "below",
                        new LayerVertex(
                                new NeuralNetConfiguration.Builder()
                                        .dataType(conf.getDataType())
                                        .layer(layer)
                                        .build(),
                                null));
        conf.getVertexInputs().put("below", List.of("x"));
        conf.getVertexInputs().put("a", List.of("below"));
    }
}
