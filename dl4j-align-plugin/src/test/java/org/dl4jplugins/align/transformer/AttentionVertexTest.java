package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AttentionVertexTest {
    private static final INDArray MASK =
            Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    private static final INDArray CONTEXT_MASK =
            Nd4j.createFromArray(
                    new double[][] {{1, 1, 1, 1, 0}, {1, 1, 1, 1, 1}, {0, 0, 1, 1, 1}});

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(3);
    }

    private static void self(AttentionVertex attention) {
        LayerBattery.of(() -> AttentionGraphs.self(DataType.FLOAT, attention))
                .inputs(AttentionGraphs.random(DataType.DOUBLE, 3, 4, AttentionGraphs.WIDTH))
                .labels(AttentionGraphs.random(DataType.DOUBLE, 3, 4, 2))
                .featureMasks(MASK)
                .labelMasks(MASK)
                .run();
    }

    @Test
    void batterySelf() {
        self(new AttentionVertex.Builder(2, 3).build());
    }

    @Test
    void batteryCausalGroupedRotary() {
        self(
                new AttentionVertex.Builder(4, 2)
                        .kvHeads(2)
                        .causal(true)
                        .window(3)
                        .rotary(new RotaryEmbedding.Builder().theta(10).build())
                        .build());
    }

    @Test
    void batteryDropout() {
        self(new AttentionVertex.Builder(2, 2).scale(1).dropout(0.4).build());
    }

    @Test
    void batteryCross() {
        AttentionVertex attention = new AttentionVertex.Builder(2, 2).build();
        LayerBattery.of(() -> AttentionGraphs.cross(DataType.FLOAT, attention))
                .inputs(
                        AttentionGraphs.random(DataType.DOUBLE, 3, 4, AttentionGraphs.WIDTH),
                        AttentionGraphs.random(DataType.DOUBLE, 3, 5, AttentionGraphs.WIDTH))
                .labels(AttentionGraphs.random(DataType.DOUBLE, 3, 4, 2))
                .featureMasks(MASK, CONTEXT_MASK)
                .labelMasks(MASK)
                .run();
    }

    @Test
    void settingsAreChecked() {
        refused("kvHeads", () -> new AttentionVertex.Builder(4, 2).kvHeads(3).build());
        refused("dropout", () -> new AttentionVertex.Builder(4, 2).dropout(1).build());
        refused("window", () -> new AttentionVertex.Builder(4, 2).window(3).build());
        refused("scale", () -> new AttentionVertex.Builder(4, 2).scale(Double.NaN).build());
        refused(
                "even number",
                () ->
                        new AttentionVertex.Builder(4, 3)
                                .rotary(new RotaryEmbedding.Builder().build())
                                .build());
    }

    private static void refused(String word, Runnable build) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, build::run, "expected " + word);
        assertTrue(e.getMessage().contains(word), e.getMessage());
    }

    @Test
    void raggedMasksAndShapesAreRefused() {
        var graph =
                AttentionGraphs.graph(
                        AttentionGraphs.self(
                                DataType.FLOAT, new AttentionVertex.Builder(2, 3).build()));
        INDArray x = AttentionGraphs.random(DataType.FLOAT, 3, 4, AttentionGraphs.WIDTH);
        INDArray ragged = Nd4j.ones(3, 3);
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                graph.output(
                                        false, new INDArray[] {x}, new INDArray[] {ragged}, null));
        assertTrue(e.getMessage().contains("[batch, time] = [3, 4], got [3, 3]"), e.getMessage());
        graph.clearLayerMaskArrays();
        assertEquals(3, graph.outputSingle(x).rank());
    }
}
