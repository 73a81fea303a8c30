package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class WeightAverageTest {

    private final ComputationGraph graph = SmallNets.perceptron(2, 4, 0, new Sgd(0.1));
    private final NoiseSource random = new NoiseSource(1);

    private void fit(ComputationGraph net) {
        INDArray x = random.normal(DataType.FLOAT, 3, 2);
        INDArray t = random.normal(DataType.FLOAT, 3, 1);
        net.fit(
                new MultiDataSet(
                        new INDArray[] {x, t},
                        new INDArray[] {random.normal(DataType.FLOAT, 3, 2)}));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isTheWeightedMeanOfAllWeightsSoFar(boolean warmUp) {
        WeightAverage average = new WeightAverage.Builder(graph).decay(0.7).warmUp(warmUp).build();
        graph.setListeners(average);
        List<INDArray> weights = new ArrayList<>();
        weights.add(graph.params().dup());
        for (int i = 0; i < 30; i++) {
            fit(graph);
            weights.add(graph.params().dup());
        }
        INDArray expected = weights.get(0).castTo(DataType.DOUBLE);
        for (int n = 0; n < 30; n++) {
            double decay = warmUp ? Math.min(0.7, (1.0 + n) / (10.0 + n)) : 0.7;
            expected.muli(decay).addi(weights.get(n + 1).castTo(DataType.DOUBLE).mul(1 - decay));
        }
        assertEquals(30, average.updates());
        INDArray actual = average.weights().castTo(DataType.DOUBLE);
        assertEquals(0, expected.sub(actual).normmaxNumber().doubleValue(), 1e-6);
    }

    @Test
    void isInTheNetworkOnlyWhileUsed() {
        WeightAverage average = new WeightAverage.Builder(graph).decay(0.9).build();
        graph.setListeners(average);
        fit(graph);
        fit(graph);
        INDArray own = graph.params().dup();
        INDArray averaged = average.weights();
        assertNotEquals(own, averaged);
        INDArray x = random.normal(DataType.FLOAT, 3, 2);
        INDArray t = random.normal(DataType.FLOAT, 3, 1);
        INDArray before = graph.outputSingle(x, t);
        WeightAverage.InUse inUse = average.use();
        try {
            assertEquals(averaged, graph.params());
            assertEquals(averaged.getDouble(0), graph.paramTable().get("first_W").getDouble(0));
            assertNotEquals(before, graph.outputSingle(x, t));
        } finally {
            inUse.close();
        }
        inUse.close();
        assertEquals(own, graph.params());
        assertEquals(averaged, average.weights());
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                    try (WeightAverage.InUse use = average.use()) {
                        throw new IllegalArgumentException(use.toString());
                    }
                });
        assertEquals(own, graph.params(), "also after a failure");
    }

    @Test
    void trainingWhileInUseIsRefusedBeforeAnythingChanges() throws IOException {
        WeightAverage average = new WeightAverage.Builder(graph).build();
        graph.setListeners(average);
        fit(graph);
        INDArray own = graph.params().dup();
        WeightAverage.InUse inUse = average.use();
        try {
            INDArray averaged = graph.params().dup();
            assertEquals(
                    "Cannot train while the average is in the network; close its use first",
                    assertThrows(IllegalStateException.class, () -> fit(graph)).getMessage());
            assertEquals(averaged, graph.params());
            assertThrows(IllegalStateException.class, average::use);
            assertThrows(IllegalStateException.class, average::weights);
            DataOutputStream out = new DataOutputStream(new ByteArrayOutputStream());
            assertThrows(IllegalStateException.class, () -> average.write(out));
        } finally {
            inUse.close();
        }
        assertEquals(own, graph.params());
        fit(graph);
        assertEquals(2, average.updates());
    }

    @Test
    void clonesTrainingDoesNotCount() {
        WeightAverage average = new WeightAverage.Builder(graph).build();
        graph.setListeners(average);
        fit(graph.clone());
        assertEquals(0, average.updates());
        assertEquals(graph.params(), average.weights());
    }

    @Test
    void isSavedAndRestored() throws IOException {
        WeightAverage average = new WeightAverage.Builder(graph).decay(0.5).build();
        graph.setListeners(average);
        fit(graph);
        fit(graph);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        average.write(new DataOutputStream(bytes));
        ComputationGraph same = SmallNets.perceptron(2, 4, 0, new Sgd(0.1));
        WeightAverage restored = new WeightAverage.Builder(same).decay(0.5).build();
        restored.read(in(bytes));
        assertEquals(average.weights(), restored.weights());
        assertEquals(2, restored.updates());
        WeightAverage other =
                new WeightAverage.Builder(SmallNets.perceptron(2, 5, 0, new Sgd(0.1))).build();
        INDArray before = other.weights();
        String message =
                assertThrows(IllegalArgumentException.class, () -> other.read(in(bytes)))
                        .getMessage();
        assertTrue(message.startsWith("average: FLOAT [46] given, right is FLOAT [62]"), message);
        assertEquals(before, other.weights());
        assertEquals(0, other.updates());
    }

    private static DataInputStream in(ByteArrayOutputStream bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    void multiLayerNetworksToo() {
        MultiLayerNetwork net =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Sgd(0.1))
                                .list(
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(2)
                                                .nOut(1)
                                                .build())
                                .build());
        net.init();
        WeightAverage average = new WeightAverage.Builder(net).decay(0.25).build();
        net.setListeners(average);
        INDArray first = net.params().dup();
        DataSet data =
                new DataSet(
                        random.normal(DataType.FLOAT, 3, 2), random.normal(DataType.FLOAT, 3, 1));
        net.fit(data);
        INDArray expected = first.mul(0.25).addi(net.params().mul(0.75));
        assertEquals(0, expected.sub(average.weights()).normmaxNumber().doubleValue(), 1e-6);
        try (WeightAverage.InUse use = average.use()) {
            assertThrows(IllegalStateException.class, () -> net.fit(data), use.toString());
        }
    }

    @Test
    void badValues() {
        WeightAverage.Builder builder = new WeightAverage.Builder(graph).decay(1);
        assertEquals(
                "decay: 1.0 given, right is 0 or more and below 1",
                assertThrows(IllegalArgumentException.class, builder::build).getMessage());
        ComputationGraph raw = new ComputationGraph(graph.getConfiguration().clone());
        assertEquals(
                "model: [0] given, right is an initialized one with" + " parameters",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new WeightAverage.Builder(raw).build())
                        .getMessage());
    }
}
