package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class NoiseLossTest {
    private static final double WEIGHT = 1.5;

    /** A loss directly on the input: its gradient is that of patches of one pixel. */
    private static ComputationGraph graph() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .updater(new Sgd(1))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("y", new NoiseLoss.Builder().weight(WEIGHT).build(), "x")
                                .setOutputs("y")
                                .build());
        graph.init();
        return graph;
    }

    private static final INDArray X =
            Nd4j.createFromArray(new double[][][] {{{1, 2}, {3, 4}}, {{0, 0}, {1, 5}}});

    private static double score(INDArray mask) {
        INDArray zeros = X.like();
        return graph().score(
                        new MultiDataSet(
                                new INDArray[] {X},
                                new INDArray[] {zeros},
                                null,
                                mask == null ? null : new INDArray[] {mask}));
    }

    @Test
    void lossIsTheMeanOverElementsAndExamples() {
        assertEquals(WEIGHT * (30 + 26) / 8, score(null), 1e-12);
        INDArray ofExamples = Nd4j.createFromArray(new double[][] {{2}, {0}});
        assertEquals(WEIGHT * 2 * 30 / 8, score(ofExamples), 1e-12);
        INDArray ofTokens = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 3}});
        assertEquals(WEIGHT * (5 + 3 * 26) / 8, score(ofTokens), 1e-12);
    }

    @Test
    void lossOfEachExample() {
        INDArray scores =
                graph().scoreExamples(
                                new MultiDataSet(new INDArray[] {X}, new INDArray[] {X.like()}),
                                false);
        assertArrayEquals(
                new double[] {WEIGHT * 30 / 4, WEIGHT * 26 / 4},
                scores.ravel().toDoubleVector(),
                1e-12);
    }

    @Test
    void badShapesAndWeightsAreNamed() {
        Exception mask =
                assertThrows(Exception.class, () -> score(Nd4j.ones(DataType.DOUBLE, 2, 3)));
        assertTrue(mask.getMessage().contains("[2, 1] or [2, 2], got [2, 3]"), mask.getMessage());
        Exception labels =
                assertThrows(
                        Exception.class,
                        () ->
                                graph().score(
                                                new MultiDataSet(
                                                        new INDArray[] {X},
                                                        new INDArray[] {
                                                            Nd4j.zeros(DataType.DOUBLE, 2, 2, 3)
                                                        })));
        assertTrue(labels.getMessage().contains("[2, 2, 2], got [2, 2, 3]"), labels.getMessage());
        Exception weight =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () -> new NoiseLoss.Builder().weight(-1).build());
        assertEquals("weight must be at least 0, got -1.0", weight.getMessage());
    }
}
