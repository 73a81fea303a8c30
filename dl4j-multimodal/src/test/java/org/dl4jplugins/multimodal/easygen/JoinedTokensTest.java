package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.testing.LayerBattery;
import org.dl4jplugins.multimodal.uvit.NoiseLoss;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class JoinedTokensTest {

    private static INDArray random(int seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape)
                .castTo(DataType.DOUBLE)
                .subi(0.5);
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(new ActivationTanH()).build();
    }

    private static GraphBuilder graph() {
        return new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(1e-3)).graphBuilder();
    }

    /** Queries that attend to both sequences, whose masks hide what is not real. */
    private static ComputationGraphConfiguration attention() {
        return graph().addInputs("a", "b", "q")
                .addLayer("a0", linear(3, 4), "a")
                .addLayer("b0", linear(2, 4), "b")
                .addLayer("q0", linear(2, 4), "q")
                .addVertex("all", new JoinedTokens(), "a0", "b0")
                .addLayer("k", linear(4, 4), "all")
                .addLayer("v", linear(4, 4), "all")
                .addVertex("attention", new AttentionVertex.Builder(2, 2).build(), "q0", "k", "v")
                .addLayer("loss", new NoiseLoss.Builder().build(), "attention")
                .setOutputs("loss")
                .build();
    }

    @TestFactory
    Stream<DynamicTest> inGraph() {
        return LayerBattery.of(JoinedTokensTest::attention)
                .inputs(random(1, 3, 2, 3), random(2, 3, 3, 2), random(3, 3, 2, 2))
                .labels(random(4, 3, 2, 4))
                .featureMasks(
                        Nd4j.createFromArray(new double[][] {{1, 1}, {0, 0}, {1, 0}}),
                        Nd4j.createFromArray(new double[][] {{1, 0, 0}, {1, 1, 1}, {1, 1, 0}}),
                        null)
                .tests();
    }

    private static ComputationGraph bare() {
        ComputationGraph graph =
                new ComputationGraph(
                        graph().addInputs("a", "b")
                                .addVertex("all", new JoinedTokens(), "a", "b")
                                .setOutputs("all")
                                .build());
        graph.init();
        return graph;
    }

    @Test
    void oneBehindTheOther() {
        INDArray a = random(1, 2, 1, 3).castTo(DataType.FLOAT);
        INDArray b = random(2, 2, 2, 3).castTo(DataType.FLOAT);
        assertEquals(Nd4j.concat(1, a, b), bare().output(a, b)[0]);
    }

    @Test
    void aMissingMaskAndAnotherWidthAreRefused() {
        INDArray a = random(1, 2, 1, 3);
        INDArray[] masks = {Nd4j.ones(2, 1), null};
        String mask =
                assertThrows(
                                IllegalStateException.class,
                                () ->
                                        bare().output(
                                                        false,
                                                        new INDArray[] {a, random(2, 2, 2, 3)},
                                                        masks))
                        .getMessage();
        assertTrue(mask.contains("input 1 has no mask"), mask);
        String width =
                assertThrows(
                                DL4JInvalidInputException.class,
                                () -> bare().output(a, random(2, 2, 2, 4)))
                        .getMessage();
        assertTrue(width.contains("[2, tokens, 3], got shape [2, 2, 4]"), width);
    }
}
