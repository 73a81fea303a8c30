package org.dl4jplugins.multimodal.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.SequencePooling;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class ContrastiveBatteryTest {
    private static INDArray random(long seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape)
                .castTo(DataType.DOUBLE)
                .subi(0.5);
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(new ActivationTanH()).build();
    }

    private static ComputationGraphConfiguration configuration() {
        return new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("tokens", "other")
                .addLayer("tokens0", linear(3, 4), "tokens")
                .addLayer("first", new ClassToken.Builder().nOut(4).build(), "tokens0")
                .addLayer(
                        "pooled",
                        new SequencePooling.Builder().mode(SequencePooling.Mode.MEAN).build(),
                        "first")
                .addLayer("other0", linear(3, 4), "other")
                .addVertex("pairs", new MergeVertex(), "pooled", "other0")
                .addLayer("cosines", new PairSimilarity(), "pairs")
                .addLayer(
                        "logit_scale", new LogitScale.Builder().temperature(0.5).build(), "cosines")
                .addLayer("logits", new ContrastiveLoss(), "logit_scale")
                .setOutputs("logits")
                .build();
    }

    @TestFactory
    Stream<DynamicTest> pairsOfOneExample() {
        return battery(Nd4j.eye(3).castTo(DataType.DOUBLE)).tests();
    }

    @Test
    void someTextsFitSeveralImages() {
        INDArray labels =
                Nd4j.createFromArray(new double[][] {{0.5, 0.5, 0}, {0.3, 0.3, 0.2}, {0, 0, 2}});
        battery(labels).run();
    }

    private static LayerBattery battery(INDArray labels) {
        return LayerBattery.of(ContrastiveBatteryTest::configuration)
                .inputs(random(1, 3, 2, 3), random(2, 3, 3))
                .labels(labels)
                .seeds(12345);
    }

    @Test
    void temperatureIsMoreThanZero() {
        Exception e =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () -> new LogitScale.Builder().temperature(0).build());
        assertEquals("temperature must be more than 0, got 0.0", e.getMessage());
    }
}
