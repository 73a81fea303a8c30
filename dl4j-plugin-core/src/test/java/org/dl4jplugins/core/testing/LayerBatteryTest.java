package org.dl4jplugins.core.testing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LayerBatteryTest {
    private static final INDArray STEPS =
            Nd4j.create(new float[][] {{1, 1, 1, 0}, {1, 1, 0, 0}, {1, 1, 1, 1}});

    @TestFactory
    Stream<DynamicTest> stockDensePasses() {
        return dense(() -> new DenseLayer.Builder().nIn(4).nOut(3).dropOut(0.7).l2(0.1).build())
                .tests();
    }

    @Test
    void stockConvolutionAndBatchNormalizationPass() {
        LayerBattery.of(
                        () ->
                                graph().addLayer(
                                                "conv",
                                                new ConvolutionLayer.Builder(2, 2).nOut(2).build(),
                                                "in")
                                        .addLayer("norm", new BatchNormalization(), "conv")
                                        .addLayer("out", output().build(), "norm")
                                        .setOutputs("out")
                                        .setInputTypes(InputType.convolutional(4, 4, 2))
                                        .build())
                .inputs(random(3, 2, 4, 4))
                .labels(classes())
                .run();
    }

    @Test
    void stockLstmPassesWithMasks() {
        LayerBattery.of(
                        () ->
                                graph().addLayer("lstm", new LSTM.Builder().nOut(3).build(), "in")
                                        .addLayer(
                                                "out",
                                                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                                        .nOut(2)
                                                        .activation(Activation.SOFTMAX)
                                                        .dataFormat(RNNFormat.NCW)
                                                        .build(),
                                                "lstm")
                                        .setOutputs("out")
                                        .setInputTypes(InputType.recurrent(3))
                                        .build())
                .inputs(random(3, 3, 4))
                .labels(classes(4))
                .featureMasks(STEPS)
                .labelMasks(STEPS)
                .run();
    }

    @Test
    void stockPoolingPassesWithMasks() {
        pooling(() -> new GlobalPoolingLayer(PoolingType.AVG)).run();
    }

    @Test
    void catchesAnIgnoredMask() {
        AssertionError caught =
                assertThrows(
                        AssertionError.class, () -> pooling(MaskBlindPooling::new).seeds(1).run());
        assertTrue(caught.getMessage().startsWith("MASKS:"), caught.getMessage());
    }

    @Test
    void theToyWithoutFaultPasses() {
        assertDoesNotThrow(() -> faulty(Fault.NONE).run());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void catches(Fault fault) {
        AssertionError caught =
                assertThrows(AssertionError.class, () -> faulty(fault).seeds(1).run());
        assertTrue(
                caught.getMessage().lines().anyMatch(l -> l.startsWith(fault.catcher() + ":")),
                caught.getMessage());
    }

    @Test
    void namesTheWrongParameter() {
        String message =
                assertThrows(
                                AssertionError.class,
                                () -> faulty(Fault.WRONG_WEIGHT_GRADIENT).seeds(1).run())
                        .getMessage();
        assertTrue(message.contains("examined_W[0, 0]"), message);
    }

    @Test
    void leavesTheGlobalDataTypesAlone() {
        DataType type = Nd4j.dataType();
        DataType floating = Nd4j.defaultFloatingPointType();
        faulty(Fault.NONE).run();
        assertThrows(AssertionError.class, () -> faulty(Fault.WRONG_EPSILON).run());
        assertEquals(type, Nd4j.dataType());
        assertEquals(floating, Nd4j.defaultFloatingPointType());
    }

    @Test
    void aCheckCanBeLeftOut() {
        faulty(Fault.NO_EQUALS).without(BatteryCheck.JSON).run();
    }

    private static LayerBattery faulty(Fault fault) {
        return dense(() -> FaultyDense.with(fault, 4, 3));
    }

    private static LayerBattery dense(Supplier<Layer> layer) {
        return LayerBattery.of(
                        () ->
                                graph().addLayer(
                                                "below",
                                                new DenseLayer.Builder().nIn(3).nOut(4).build(),
                                                "in")
                                        .addLayer("examined", layer.get(), "below")
                                        .addLayer("out", output().nIn(3).build(), "examined")
                                        .setOutputs("out")
                                        .build())
                .inputs(random(3, 3))
                .labels(classes());
    }

    private static LayerBattery pooling(Supplier<Layer> layer) {
        return LayerBattery.of(
                        () ->
                                graph().addLayer("lstm", new LSTM.Builder().nOut(3).build(), "in")
                                        .addLayer("pool", layer.get(), "lstm")
                                        .addLayer("out", output().build(), "pool")
                                        .setOutputs("out")
                                        .setInputTypes(InputType.recurrent(3))
                                        .build())
                .inputs(random(3, 3, 4))
                .labels(classes())
                .featureMasks(STEPS);
    }

    private static GraphBuilder graph() {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("in");
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).activation(Activation.SOFTMAX);
    }

    private static INDArray random(long... shape) {
        Nd4j.getRandom().setSeed(99);
        return Nd4j.rand(DataType.FLOAT, shape).subi(0.5);
    }

    private static INDArray classes() {
        return Nd4j.create(new float[][] {{1, 0}, {0, 1}, {1, 0}});
    }

    private static INDArray classes(int steps) {
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 3, 2, steps);
        for (int b = 0; b < 3; b++) {
            for (int t = 0; t < steps; t++) {
                labels.putScalar(b, (b + t) % 2, t, 1);
            }
        }
        return labels;
    }

    @Test
    void aBatteryWithoutABatchIsRefused() {
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> LayerBattery.of(() -> graph().build()).run())
                        .getMessage();
        assertTrue(message.contains("needs inputs"), message);
    }
}
