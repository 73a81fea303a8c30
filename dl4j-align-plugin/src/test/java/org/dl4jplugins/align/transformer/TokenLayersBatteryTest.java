package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TokenLayersBatteryTest {

    @TestFactory
    Stream<DynamicTest> languageModelWithTiedHead() {
        return LayerBattery.of(() -> Tiny.languageModel(DataType.FLOAT))
                .inputs(Tiny.IDS)
                .labels(Tiny.NEXT)
                .featureMasks(Tiny.MASK)
                .labelMasks(Tiny.MASK)
                .tests();
    }

    @Test
    void labelsWithoutMasks() {
        LayerBattery.of(() -> Tiny.languageModel(DataType.FLOAT))
                .inputs(Tiny.IDS)
                .labels(Tiny.NEXT)
                .seeds(3)
                .run();
    }

    @Test
    void severalVocabulariesAndPadding() {
        LayerBattery.of(
                        () ->
                                Tiny.graph()
                                        .addInputs("types")
                                        .addLayer("words", Tiny.words().build(), "ids")
                                        .addLayer(
                                                "kinds",
                                                new TokenEmbedding.Builder()
                                                        .nIn(2)
                                                        .nOut(Tiny.WIDTH)
                                                        .build(),
                                                "types")
                                        .addVertex(
                                                "sum",
                                                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                                "words",
                                                "kinds")
                                        .addLayer("out", Tiny.classes(Tiny.WIDTH, 2), "sum")
                                        .setOutputs("out")
                                        .build())
                .inputs(Tiny.IDS, Nd4j.create(new double[][] {{0, 0, 1, 1}, {0, 1, 1, 1}}))
                .labels(Tiny.oneHot(Tiny.IDS.gt(1).castTo(DataType.DOUBLE), 2))
                .featureMasks(Tiny.MASK, Tiny.MASK)
                .labelMasks(Tiny.MASK)
                .run();
    }

    private static ComputationGraphConfiguration encoderDecoder(DataType type) {
        TokenLossLayer loss =
                new TokenLossLayer.Builder()
                        .reduction(TokenLossLayer.Reduction.EXAMPLE_SUM)
                        .labelSmoothing(0.1)
                        .build();
        return Tiny.graph(type)
                .addInputs("decoder_ids")
                .addLayer("words", Tiny.words().build(), "ids")
                .addVertex("again", new TiedEmbedding("words"), "decoder_ids")
                .addLayer("encoder", Tiny.lstm(3, 3), "words")
                .addLayer("decoder", Tiny.lstm(3, 3), "again")
                .addVertex(
                        "sum",
                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                        "encoder",
                        "decoder")
                .addVertex("head", new TiedProjection.Builder("words").build(), "sum")
                .addLayer("logits", loss, "head")
                .setOutputs("logits")
                .build();
    }

    @Test
    void decoderSharesTheEmbedding() {
        LayerBattery.of(() -> encoderDecoder(DataType.FLOAT))
                .inputs(Tiny.IDS, Tiny.NEXT)
                .labels(Tiny.NEXT)
                .featureMasks(Tiny.MASK, Tiny.MASK)
                .labelMasks(Tiny.MASK)
                .seeds(3)
                .run();
    }

    /** The battery computes in DOUBLE; the kernels of FLOAT must agree, step after step. */
    @Test
    void floatsAgreeWithDoubles() {
        INDArray[] one = {Tiny.IDS};
        INDArray[] two = {Tiny.IDS, Tiny.NEXT};
        INDArray[] mask = {Tiny.MASK};
        agree(Tiny::languageModel, new MultiDataSet(one, new INDArray[] {Tiny.NEXT}, mask, mask));
        agree(
                TokenLayersBatteryTest::encoderDecoder,
                new MultiDataSet(
                        two,
                        new INDArray[] {Tiny.NEXT},
                        new INDArray[] {Tiny.MASK, Tiny.MASK},
                        mask));
    }

    private static void agree(
            Function<DataType, ComputationGraphConfiguration> conf, MultiDataSet batch) {
        ComputationGraph floats = Tiny.init(conf.apply(DataType.FLOAT));
        ComputationGraph doubles = Tiny.init(conf.apply(DataType.DOUBLE));
        doubles.setParams(floats.params().castTo(DataType.DOUBLE));
        for (int step = 0; step < 3; step++) {
            floats.fit(batch);
            doubles.fit(batch);
            assertEquals(doubles.score(), floats.score(), 1e-5);
            INDArray difference = doubles.params().sub(floats.params().castTo(DataType.DOUBLE));
            double worst = difference.amaxNumber().doubleValue();
            assertTrue(worst < 1e-4, "parameters differ by " + worst);
        }
    }

    @ParameterizedTest
    @EnumSource
    void pooling(SequencePooling.Mode mode) {
        INDArray labels = Nd4j.create(new double[][] {{1, 0}, {0, 1}});
        LayerBattery.of(
                        () ->
                                Tiny.graph()
                                        .addLayer("words", Tiny.words().build(), "ids")
                                        .addLayer(
                                                "positions",
                                                new PositionEmbedding.Builder()
                                                        .maxPositions(4)
                                                        .nOut(Tiny.WIDTH)
                                                        .build(),
                                                "words")
                                        .addLayer(
                                                "pool",
                                                new SequencePooling.Builder().mode(mode).build(),
                                                "positions")
                                        .addLayer(
                                                "out",
                                                new OutputLayer.Builder(LossFunction.MCXENT)
                                                        .nIn(Tiny.WIDTH)
                                                        .nOut(2)
                                                        .activation(Activation.SOFTMAX)
                                                        .build(),
                                                "pool")
                                        .setOutputs("out")
                                        .build())
                .inputs(Tiny.IDS)
                .labels(labels)
                .featureMasks(Tiny.MASK)
                .run();
    }
}
