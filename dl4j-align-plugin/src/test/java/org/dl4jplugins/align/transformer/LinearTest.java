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
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LinearTest {
    private static final int BATCH = 3;
    private static final int TIME = 4;

    private static ComputationGraphConfiguration configuration(IActivation function, boolean bias) {
        return configuration(DataType.FLOAT, function, bias);
    }

    private static ComputationGraphConfiguration configuration(
            DataType type, IActivation function, boolean bias) {
        return new NeuralNetConfiguration.Builder()
                .seed(12345)
                .dataType(type)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .addLayer("below", linear(5, 4, new ActivationTanH(), true), "in")
                .addLayer("linear", linear(4, 6, function, bias), "below")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .nIn(6)
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .activation(Activation.TANH)
                                .build(),
                        "linear")
                .setOutputs("out")
                .build();
    }

    private static Linear linear(int in, int out, IActivation function, boolean bias) {
        return new Linear.Builder().nIn(in).nOut(out).activation(function).hasBias(bias).build();
    }

    private static INDArray random(DataType type, long... shape) {
        return Nd4j.rand(DataType.DOUBLE, shape).muli(2).subi(1).castTo(type);
    }

    private static void battery(IActivation function, boolean bias) {
        INDArray mask =
                Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 1, 1, 1}});
        LayerBattery.of(() -> configuration(function, bias))
                .inputs(random(DataType.DOUBLE, BATCH, TIME, 5))
                .labels(random(DataType.DOUBLE, BATCH, TIME, 2))
                .featureMasks(mask)
                .labelMasks(mask)
                .run();
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
    void floatKernelsAgreeWithDouble() {
        ComputationGraph doubles =
                graph(configuration(DataType.DOUBLE, new ActivationTanH(), true));
        ComputationGraph floats = graph(configuration(DataType.FLOAT, new ActivationTanH(), true));
        floats.setParams(doubles.params().castTo(DataType.FLOAT));
        INDArray x = random(DataType.DOUBLE, BATCH, TIME, 5);
        INDArray y = random(DataType.DOUBLE, BATCH, TIME, 2);
        INDArray expected = gradient(doubles, x, y);
        INDArray actual = gradient(floats, x.castTo(DataType.FLOAT), y.castTo(DataType.FLOAT));
        assertTrue(expected.equalsWithEps(actual.castTo(DataType.DOUBLE), 1e-6));
        assertTrue(
                doubles.outputSingle(x)
                        .equalsWithEps(
                                floats.outputSingle(x.castTo(DataType.FLOAT))
                                        .castTo(DataType.DOUBLE),
                                1e-6));
    }

    @Test
    void frozenLayersHandTheGradientOnAndStay() {
        ComputationGraph net = graph(configuration(new ActivationTanH(), true));
        INDArray x = random(DataType.FLOAT, BATCH, TIME, 5);
        INDArray y = random(DataType.FLOAT, BATCH, TIME, 2);
        INDArray free = gradient(net, x, y).dup();
        ((Freezable) net.getLayer("linear")).setFrozen(true);
        INDArray frozen = gradient(net, x, y);
        int below = 5 * 4 + 4;
        int linear = 4 * 6 + 6;
        for (int i = 0; i < free.length(); i++) {
            boolean own = i >= below && i < below + linear;
            assertEquals(own ? 0 : free.getDouble(i), frozen.getDouble(i), 0, "gradient " + i);
        }
        assertTrue(
                net.gradient().gradientForVariable().keySet().stream()
                        .noneMatch(k -> k.startsWith("linear")));
    }

    private static ComputationGraph graph(ComputationGraphConfiguration configuration) {
        ComputationGraph net = new ComputationGraph(configuration);
        net.init();
        return net;
    }

    private static INDArray gradient(ComputationGraph net, INDArray x, INDArray y) {
        net.setInputs(x);
        net.setLabels(y);
        net.computeGradientAndScore();
        return net.getFlattenedGradients();
    }

    @Test
    void worksOnTheLastAxisOfAnyRank() {
        ComputationGraph net =
                graph(
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
        INDArray x = random(DataType.FLOAT, 2, 3, 2, 2, 3);
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
                        () -> net.outputSingle(random(DataType.FLOAT, 2, 4)));
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
                        graph(
                                new NeuralNetConfiguration.Builder()
                                        .graphBuilder()
                                        .addInputs("in")
                                        .addLayer("q", new Linear.Builder().nOut(2).build(), "in")
                                        .setOutputs("q")
                                        .build()));
    }
}
