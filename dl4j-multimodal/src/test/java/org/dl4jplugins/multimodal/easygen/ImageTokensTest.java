package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class ImageTokensTest {
    private static final int PLACE = 5;
    // no image, one image behind padding, two images
    private static final INDArray IDS =
            Nd4j.createFromArray(
                    new double[][] {
                        {1, 2, 3, 4, 0, 0}, {PLACE, 1, PLACE, PLACE, 2, 0}, {5, 5, 1, 5, 5, 2}
                    });
    private static final INDArray REAL =
            Nd4j.createFromArray(
                    new double[][] {{1, 1, 1, 1, 0, 0}, {0, 1, 1, 1, 1, 0}, {1, 1, 1, 1, 1, 1}});
    private static final INDArray IMAGES_REAL =
            Nd4j.createFromArray(new double[][] {{0, 0, 0, 0}, {0, 0, 1, 1}, {1, 1, 1, 1}});

    private static INDArray random(int seed, long... shape) {
        return Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), shape)
                .castTo(DataType.DOUBLE)
                .subi(0.5);
    }

    private static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).activation(new ActivationTanH()).build();
    }

    private static GraphBuilder graph(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(new Adam(1e-3))
                .graphBuilder();
    }

    /** A trainable layer below each stream of image tokens and below the text. */
    private static ComputationGraphConfiguration oneStream() {
        return embedded(graph(DataType.FLOAT).addInputs("ids", "image"))
                .addLayer("seen", linear(3, 4), "image")
                .addVertex("tokens", new ImageTokens(PLACE, 2), "embedding", "seen", "ids")
                .addLayer("logits", linear(4, 6), "tokens")
                .addLayer("loss", new TokenLossLayer.Builder().build(), "logits")
                .setOutputs("loss")
                .build();
    }

    private static ComputationGraphConfiguration twoStreams() {
        return embedded(graph(DataType.FLOAT).addInputs("ids", "image", "clip"))
                .addLayer("seen", linear(3, 4), "image")
                .addLayer("whole", linear(2, 4), "clip")
                .addVertex(
                        "tokens", new ImageTokens(PLACE, 1, 1), "embedding", "seen", "whole", "ids")
                .addLayer("logits", linear(4, 6), "tokens")
                .addLayer("loss", new TokenLossLayer.Builder().build(), "logits")
                .setOutputs("loss")
                .build();
    }

    private static GraphBuilder embedded(GraphBuilder builder) {
        return builder.addLayer(
                "embedding",
                new TokenEmbedding.Builder()
                        .nIn(6)
                        .nOut(4)
                        .weightInit(new NormalDistribution(0, 1))
                        .build(),
                "ids");
    }

    private static INDArray labels() {
        return Nd4j.createFromArray(
                new double[][] {{2, 3, 4, 1, 0, 0}, {0, 1, 2, 2, 3, 0}, {1, 1, 2, 3, 4, 4}});
    }

    @TestFactory
    Stream<DynamicTest> mixedBatch() {
        return LayerBattery.of(ImageTokensTest::oneStream)
                .inputs(IDS, random(1, 3, 4, 3))
                .labels(labels())
                .featureMasks(REAL, IMAGES_REAL)
                .labelMasks(REAL)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> twoStreamsWithoutMaskOfImages() {
        INDArray ids =
                Nd4j.createFromArray(
                        new double[][] {
                            {5, 5, 5, 5, 0, 0}, {1, 5, 5, 2, 3, 0}, {1, 2, 3, 4, 1, 2}
                        });
        return LayerBattery.of(ImageTokensTest::twoStreams)
                .inputs(ids, random(1, 3, 2, 3), random(2, 3, 2, 2))
                .labels(labels())
                .featureMasks(REAL, null, null)
                .labelMasks(REAL)
                .tests();
    }

    private static ComputationGraph bare(DataType type, int... tokens) {
        GraphBuilder builder = graph(type).addInputs("text", "ids");
        String[] inputs = new String[tokens.length + 2];
        inputs[0] = "text";
        inputs[tokens.length + 1] = "ids";
        for (int s = 0; s < tokens.length; s++) {
            builder.addInputs("image" + s);
            inputs[s + 1] = "image" + s;
        }
        ComputationGraph graph =
                new ComputationGraph(
                        builder.addVertex("tokens", new ImageTokens(PLACE, tokens), inputs)
                                .setOutputs("tokens")
                                .build());
        graph.init();
        return graph;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    void putsTokensInOrder(DataType type) {
        INDArray text = random(1, 3, 6, 2).castTo(type);
        INDArray images = random(2, 3, 4, 2).castTo(type);
        INDArray[] masks = {null, REAL, IMAGES_REAL};
        INDArray out = bare(type, 2).output(false, new INDArray[] {text, IDS, images}, masks)[0];
        INDArray expected = text.dup();
        row(expected, 1, 2).assign(row(images, 1, 2)); // the first real image token
        row(expected, 1, 3).assign(row(images, 1, 3));
        row(expected, 2, 0).assign(row(images, 2, 0));
        row(expected, 2, 1).assign(row(images, 2, 1));
        row(expected, 2, 3).assign(row(images, 2, 2));
        row(expected, 2, 4).assign(row(images, 2, 3));
        assertEquals(expected, out);
    }

    @Test
    void theStreamsOfAnImageFollowEachOther() {
        INDArray ids = Nd4j.createFromArray(new double[][] {{5, 5, 5, 1, 5, 5, 5}});
        INDArray out =
                bare(DataType.DOUBLE, 1, 2)
                        .output(
                                Nd4j.zeros(DataType.DOUBLE, 1, 7, 1),
                                ids,
                                Nd4j.createFromArray(1.0, 2).reshape(1, 2, 1),
                                Nd4j.createFromArray(10.0, 11, 20, 21).reshape(1, 4, 1))[0];
        assertArrayEquals(new double[] {1, 10, 11, 0, 2, 20, 21}, out.ravel().toDoubleVector());
    }

    @Test
    void aMaskIsForgottenAfterItsPass() {
        ComputationGraph graph = bare(DataType.DOUBLE, 2);
        INDArray[] features = {random(1, 3, 6, 2), IDS, random(2, 3, 4, 2)};
        INDArray unmasked = graph.output(false, features, null)[0].dup();
        INDArray[] masks = {null, REAL, IMAGES_REAL};
        INDArray masked = graph.output(false, features, masks)[0].dup();
        assertEquals(unmasked, graph.output(false, features, null)[0]);
        assertTrue(masked.sub(unmasked).amaxNumber().doubleValue() > 1e-3);
    }

    @Test
    void tooFewImageTokens() {
        String message =
                assertThrows(
                                DL4JInvalidInputException.class,
                                () ->
                                        bare(DataType.DOUBLE, 2)
                                                .output(
                                                        random(1, 3, 6, 2),
                                                        IDS,
                                                        random(2, 3, 2, 2)))
                        .getMessage();
        assertTrue(
                message.contains("row 1 has 3 placeholders (id 5) but only 2 image tokens"),
                message);
    }

    @Test
    void imagesOfAnotherWidth() {
        String message =
                assertThrows(
                                DL4JInvalidInputException.class,
                                () ->
                                        bare(DataType.DOUBLE, 2)
                                                .output(
                                                        random(1, 3, 6, 2),
                                                        IDS,
                                                        random(2, 3, 4, 3)))
                        .getMessage();
        assertTrue(message.contains("image tokens [3, tokens, 2], got shape [3, 4, 3]"), message);
    }

    @Test
    void settingsAreChecked() {
        assertTrue(
                assertThrows(DL4JInvalidConfigException.class, () -> new ImageTokens(-1, 2))
                        .getMessage()
                        .contains("placeholder"));
        assertTrue(
                assertThrows(DL4JInvalidConfigException.class, () -> new ImageTokens(1, 2, 0))
                        .getMessage()
                        .contains("[2, 0]"));
    }

    private static INDArray row(INDArray x, int batch, int token) {
        return x.get(NDArrayIndex.point(batch), NDArrayIndex.point(token), NDArrayIndex.all());
    }
}
