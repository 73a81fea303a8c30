package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.BatteryCheck;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Residual sums, biases, constant token types, dropout of sequences. */
class PlainPiecesTest {

    /** Words of type 0, a residual branch with a bias, token loss. */
    private static ComputationGraphConfiguration graph(double retain) {
        return Tiny.graph()
                .addLayer("words", Tiny.words().build(), "ids")
                .addVertex("types", new ConstantTokens(1), "ids")
                .addLayer(
                        "segments",
                        new TokenEmbedding.Builder().nIn(2).nOut(Tiny.WIDTH).build(),
                        "types")
                .addVertex("sum", new ResidualAdd(), "words", "segments")
                .addLayer("dropout", new SequenceDropout(retain), "sum")
                .addLayer("lstm", Tiny.lstm(Tiny.WIDTH, Tiny.WIDTH), "dropout")
                .addVertex("residual", new ResidualAdd(), "dropout", "lstm")
                .addVertex("head", new TiedProjection.Builder("words").build(), "residual")
                .addLayer(
                        "bias",
                        new Bias.Builder().width(Tiny.VOCABULARY).biasInit(0.3).build(),
                        "head")
                .addLayer("logits", new TokenLossLayer.Builder().build(), "bias")
                .setOutputs("logits")
                .build();
    }

    @TestFactory
    Stream<DynamicTest> battery() {
        return LayerBattery.of(() -> graph(1))
                .inputs(Tiny.IDS)
                .labels(Tiny.NEXT)
                .featureMasks(Tiny.MASK)
                .labelMasks(Tiny.MASK)
                .tests();
    }

    /** Gradients cannot be checked against a forward pass that draws anew. */
    @TestFactory
    Stream<DynamicTest> batteryWithDropout() {
        return LayerBattery.of(() -> graph(0.7))
                .inputs(Tiny.IDS)
                .labels(Tiny.NEXT)
                .featureMasks(Tiny.MASK)
                .labelMasks(Tiny.MASK)
                .without(BatteryCheck.GRADIENTS)
                .tests();
    }

    @Test
    void sumKeepsTheOnlyMask() {
        ComputationGraph graph = Tiny.init(graph(1));
        org.deeplearning4j.nn.graph.vertex.GraphVertex sum = graph.getVertex("sum");
        for (int given = 0; given < 2; given++) {
            INDArray[] masks = new INDArray[2];
            masks[given] = Tiny.MASK;
            assertSame(Tiny.MASK, sum.feedForwardMaskArrays(masks, null, 2).getFirst());
        }
    }

    @Test
    void dropoutKeepsTheMeanAndPassesTheMask() {
        ComputationGraph graph =
                Tiny.init(
                        Tiny.graph()
                                .addLayer("dropout", new SequenceDropout(0.75), "ids")
                                .setOutputs("dropout")
                                .build());
        INDArray ones = Nd4j.ones(DataType.FLOAT, 20, 10, 30);
        INDArray[] masks = {Nd4j.zeros(DataType.FLOAT, 20, 10)};
        assertEquals(ones, graph.output(false, new INDArray[] {ones}, masks)[0]);
        graph.setLayerMaskArrays(masks, null);
        INDArray dropped = graph.feedForward(new INDArray[] {ones.dup()}, true).get("dropout");
        assertEquals(1, dropped.meanNumber().doubleValue(), 0.05);
        double zeros = dropped.eq(0).castTo(DataType.FLOAT).sumNumber().doubleValue();
        assertEquals(0.25, zeros / 6000, 0.03);
        assertEquals(1 / 0.75, dropped.maxNumber().doubleValue(), 1e-6);
    }

    @Test
    void biasIsAddedToEachColumn() {
        ComputationGraph graph = Tiny.init(graph(1));
        INDArray bias = graph.getLayer("bias").getParam("b");
        assertEquals(5, bias.length());
        assertEquals(0.3, bias.meanNumber().doubleValue(), 1e-6);
        bias.putScalar(2, 7);
        var all = graph.feedForward(Tiny.IDS, false);
        INDArray difference = all.get("logits").sub(all.get("head"));
        assertEquals(7, difference.getDouble(1, 3, 2), 1e-5);
        assertEquals(0.3, difference.getDouble(0, 1, 4), 1e-5);
    }

    @Test
    void wrongSettingsAreNamed() {
        Exception retain =
                assertThrows(IllegalArgumentException.class, () -> new SequenceDropout(1.5));
        assertTrue(retain.getMessage().contains("1.5"), retain.getMessage());
        Exception token =
                assertThrows(IllegalArgumentException.class, () -> new ConstantTokens(-2));
        assertTrue(token.getMessage().contains("-2"), token.getMessage());
        ComputationGraph graph =
                Tiny.init(
                        Tiny.graph()
                                .addInputs("other")
                                .addVertex("sum", new ResidualAdd(), "ids", "other")
                                .setOutputs("sum")
                                .build());
        Exception shapes =
                assertThrows(
                        IllegalStateException.class,
                        () -> graph.output(Nd4j.ones(2, 3, 4), Nd4j.ones(2, 3, 5)));
        assertTrue(shapes.getMessage().contains("[2, 3, 5]"), shapes.getMessage());
    }
}
