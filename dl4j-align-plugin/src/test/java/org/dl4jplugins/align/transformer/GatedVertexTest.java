package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GatedVertexTest {
    private static ComputationGraphConfiguration configuration(
            IActivation function, DataType type) {
        return Sandwich.finish(
                Sandwich.builder(type, 6)
                        .addLayer("gate", Sandwich.linear(6, 7, new ActivationIdentity()), "below")
                        .addLayer("up", Sandwich.linear(6, 7, new ActivationIdentity()), "below")
                        .addVertex("gated", new GatedVertex(function), "gate", "up"),
                7,
                "gated");
    }

    @Test
    void batteryWithSilu() {
        Sandwich.battery(() -> configuration(new ActivationSwish(), DataType.FLOAT)).run();
    }

    @Test
    void batteryWithGelu() {
        Sandwich.battery(() -> configuration(new GeluTanh(), DataType.FLOAT)).run();
    }

    @Test
    void floatKernelsAgreeWithDouble() {
        IActivation[] functions = {
            new ActivationSwish(),
            new GeluTanh(),
            new GeluExact(),
            new ActivationReLU(),
            new ActivationTanH()
        };
        for (IActivation f : functions) {
            double difference =
                    Sandwich.difference(
                            Sandwich.graph(configuration(f, DataType.DOUBLE)),
                            Sandwich.graph(configuration(f, DataType.FLOAT)),
                            200);
            assertTrue(difference < 2e-6, f + ": " + difference);
        }
    }

    @Test
    void inputTypesReachEveryBlock() {
        ComputationGraph net =
                Sandwich.graph(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("norm", new LayerNorm.Builder().build(), "in")
                                .addLayer("gate", new Linear.Builder().nOut(4).build(), "norm")
                                .addLayer("up", new Linear.Builder().nOut(4).build(), "norm")
                                .addVertex("gated", new GatedVertex(new GeluTanh()), "gate", "up")
                                .addLayer("rms", new RMSNorm.Builder().build(), "gated")
                                .addLayer("down", new Linear.Builder().nOut(3).build(), "rms")
                                .setOutputs("down")
                                .setInputTypes(InputType.recurrent(3, 7, RNNFormat.NWC))
                                .build());
        assertArrayEquals(new long[] {4, 3}, net.getParam("down_W").shape());
        assertArrayEquals(new long[] {4}, net.getParam("rms_g").shape());
        INDArray x = Sandwich.random(DataType.FLOAT, 2, 7, 3);
        assertArrayEquals(new long[] {2, 7, 3}, net.outputSingle(x).shape());
        assertTrue(net.summary(InputType.recurrent(3, 7, RNNFormat.NWC)).contains("gated"));
    }

    private static ComputationGraph gate() {
        return Sandwich.graph(
                new NeuralNetConfiguration.Builder()
                        .graphBuilder()
                        .addInputs("gate", "up")
                        .addVertex("gated", new GatedVertex(new ActivationReLU()), "gate", "up")
                        .setOutputs("gated")
                        .build());
    }

    @Test
    void firstInputIsTheGate() {
        INDArray gate = Nd4j.createFromArray(new float[][] {{-1, 2, 3}});
        INDArray up = Nd4j.createFromArray(new float[][] {{5, -7, 0.5f}});
        INDArray y = gate().output(gate, up)[0];
        assertArrayEquals(new float[] {0, -14, 1.5f}, y.toFloatVector());
        assertArrayEquals(new float[] {-1, 2, 3}, gate.toFloatVector(), "inputs stay");
    }

    @Test
    void shapesMustAgree() {
        DL4JInvalidInputException e =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () ->
                                gate().output(
                                                Nd4j.create(DataType.FLOAT, 2, 3),
                                                Nd4j.create(DataType.FLOAT, 2, 4)));
        assertTrue(e.getMessage().contains("[2, 3] and [2, 4]"), e.getMessage());
        GatedVertex vertex = new GatedVertex(new GeluTanh());
        InputType type = InputType.feedForward(3);
        assertEquals(type, vertex.getOutputType(0, type, type));
        assertThrows(
                InvalidInputTypeException.class,
                () -> vertex.getOutputType(0, type, InputType.feedForward(4)));
    }

    @Test
    void equality() {
        assertEquals(new GatedVertex(new GeluTanh()), new GatedVertex(new GeluTanh()).clone());
        assertNotEquals(new GatedVertex(new GeluTanh()), new GatedVertex(new GeluExact()));
        assertThrows(IllegalArgumentException.class, () -> new GatedVertex(null));
    }
}
