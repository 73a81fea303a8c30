package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

class LinearTest {
    private static ComputationGraphConfiguration configuration(
            DataType type, IActivation function, boolean bias) {
        return Sandwich.finish(
                Sandwich.builder(type, 4).addLayer("linear", linear(4, 6, function, bias), "below"),
                6,
                "linear");
    }

    private static Linear linear(int in, int out, IActivation function, boolean bias) {
        return new Linear.Builder().nIn(in).nOut(out).activation(function).hasBias(bias).build();
    }

    private static void battery(IActivation function, boolean bias) {
        Sandwich.battery(() -> configuration(DataType.FLOAT, function, bias)).run();
    }

    @Test
    void batteryWithoutActivation() {
        battery(new ActivationIdentity(), true);
    }

    @Test
    void batteryWithActivationWithoutBias() {
        battery(new ActivationTanH(), false);
    }

    @Test
    void batteryWithGelu() {
        battery(new GeluExact(), true);
    }

    @Test
    void floatKernelsAgreeWithDouble() {
        IActivation[] functions = {
            new ActivationIdentity(),
            new GeluExact(),
            new GeluTanh(),
            new ActivationSwish(),
            new ActivationReLU(),
            new ActivationTanH()
        };
        for (IActivation f : functions) {
            for (boolean bias : new boolean[] {true, false}) {
                double difference =
                        Sandwich.difference(
                                Sandwich.graph(configuration(DataType.DOUBLE, f, bias)),
                                Sandwich.graph(configuration(DataType.FLOAT, f, bias)),
                                300);
                assertTrue(difference < 2e-6, f + " " + bias + ": " + difference);
            }
        }
    }

    /** A function between two layers, at the end of the first or at the beginning of the second. */
    private static ComputationGraphConfiguration pair(
            DataType type, IActivation function, boolean atInput) {
        IActivation none = new ActivationIdentity();
        Linear second =
                new Linear.Builder()
                        .nIn(7)
                        .nOut(6)
                        .inputActivation(atInput ? function : none)
                        .build();
        return Sandwich.finish(
                Sandwich.builder(type, 4)
                        .addLayer("first", linear(4, 7, atInput ? none : function, true), "below")
                        .addLayer("second", second, "first"),
                6,
                "second");
    }

    @Test
    void batteryWithInputActivation() {
        Sandwich.battery(() -> pair(DataType.FLOAT, new GeluExact(), true)).run();
    }

    @Test
    void inputActivationsAreThoseOfTheLayerBelow() {
        IActivation[] functions = {new GeluExact(), new GeluTanh(), new ActivationTanH()};
        for (IActivation f : functions) {
            double difference =
                    Sandwich.difference(
                            Sandwich.graph(pair(DataType.DOUBLE, f, false)),
                            Sandwich.graph(pair(DataType.FLOAT, f, true)),
                            300);
            assertTrue(difference < 2e-6, f + ": " + difference);
        }
    }

    @Test
    void wrongInputActivationsAreRefused() {
        Linear dropped =
                new Linear.Builder()
                        .nIn(2)
                        .nOut(2)
                        .dropOut(0.5)
                        .inputActivation(new GeluExact())
                        .build();
        DL4JInvalidConfigException e =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () ->
                                Sandwich.graph(
                                        new NeuralNetConfiguration.Builder()
                                                .graphBuilder()
                                                .addInputs("in")
                                                .addLayer("q", dropped, "in")
                                                .setOutputs("q")
                                                .build()));
        assertTrue(e.getMessage().contains("\"q\" has inputActivation gelu and dropOut"));
        e =
                assertThrows(
                        DL4JInvalidConfigException.class,
                        () -> new Linear.Builder().inputActivation(new ActivationRReLU()));
        assertTrue(e.getMessage().contains("without random numbers, got rrelu"), e.getMessage());
    }

    @Test
    void frozenLayersHandTheGradientOnAndStay() {
        ComputationGraph net = Sandwich.graph(configuration(DataType.FLOAT, new GeluExact(), true));
        INDArray x = Sandwich.random(DataType.FLOAT, 3, 4, 5);
        INDArray y = Sandwich.random(DataType.FLOAT, 3, 4, 2);
        INDArray free = Sandwich.gradient(net, x, y);
        ((Freezable) net.getLayer("linear")).setFrozen(true);
        INDArray frozen = Sandwich.gradient(net, x, y);
        int below = 5 * 4 + 4;
        int linear = 4 * 6 + 6;
        for (int i = 0; i < free.length(); i++) {
            boolean own = i >= below && i < below + linear;
            assertEquals(own ? 0 : free.getDouble(i), frozen.getDouble(i), "gradient " + i);
        }
        assertTrue(
                net.gradient().gradientForVariable().keySet().stream()
                        .noneMatch(k -> k.startsWith("linear")));
    }

    @Test
    void worksOnTheLastAxisOfAnyRank() {
        ComputationGraph net =
                Sandwich.graph(
                        new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .updater(new NoOp())
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("q", linear(3, 2, new ActivationIdentity(), true), "in")
                                .setOutputs("q")
                                .build());
        net.getParam("q_W").assign(Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
        net.getParam("q_b").assign(Nd4j.createFromArray(10f, 20f));
        INDArray x = Sandwich.random(DataType.FLOAT, 2, 3, 2, 2, 3);
        INDArray y = net.outputSingle(x);
        assertArrayEquals(new long[] {2, 3, 2, 2, 2}, y.shape());
        for (int i = 0; i < 24; i++) {
            float a = x.getFloat(3L * i);
            float b = x.getFloat(3L * i + 1);
            float c = x.getFloat(3L * i + 2);
            assertEquals(a + 3 * b + 5 * c + 10, y.getFloat(2L * i), 1e-5);
            assertEquals(2 * a + 4 * b + 6 * c + 20, y.getFloat(2L * i + 1), 1e-5);
        }
        assertTrue(y.equalsWithEps(net.outputSingle(x.dup('f')), 1e-6), "input in 'f' order");
        DL4JInvalidInputException e =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () -> net.outputSingle(Sandwich.random(DataType.FLOAT, 2, 4)));
        assertTrue(e.getMessage().contains("[batch, ..., 3], got shape [2, 4]"), e.getMessage());
    }

    @Test
    void inputTypes() {
        Linear layer = new Linear.Builder().nOut(2).build();
        InputType series = InputType.recurrent(7, 5, RNNFormat.NWC);
        layer.setNIn(series, false);
        assertEquals(7, layer.getNIn());
        assertEquals(InputType.recurrent(2, 5, RNNFormat.NWC), layer.getOutputType(0, series));
        assertEquals(InputType.feedForward(2), layer.getOutputType(0, InputType.feedForward(7)));
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> layer.setNIn(InputType.recurrent(7, 5, RNNFormat.NCW), true));
    }

    @Test
    void sizesAreRequired() {
        assertThrows(
                DL4JInvalidConfigException.class,
                () ->
                        Sandwich.graph(
                                new NeuralNetConfiguration.Builder()
                                        .graphBuilder()
                                        .addInputs("in")
                                        .addLayer("q", new Linear.Builder().nOut(2).build(), "in")
                                        .setOutputs("q")
                                        .build()));
    }
}
