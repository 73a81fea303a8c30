package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class GlobalNormClippingTest {

    private static MultiLayerNetwork stack() {
        MultiLayerNetwork net =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .seed(3)
                                .dataType(DataType.DOUBLE)
                                .updater(new Sgd(1))
                                .list(
                                        new DenseLayer.Builder()
                                                .nIn(3)
                                                .nOut(4)
                                                .activation(Activation.TANH)
                                                .build(),
                                        new BatchNormalization.Builder().nIn(4).nOut(4).build(),
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(4)
                                                .nOut(2)
                                                .build())
                                .build());
        net.init();
        return net;
    }

    /** The change of all parameters by one step of gradient descent, whose rate is 1. */
    private static INDArray change(boolean graph, TrainingListener... listeners) {
        MultiLayerNetwork stack = stack();
        ComputationGraph asGraph = graph ? stack.toComputationGraph() : null;
        Model model = graph ? asGraph : stack;
        model.setListeners(listeners);
        INDArray before = model.params().dup();
        NoiseSource random = new NoiseSource(5);
        DataSet data =
                new DataSet(
                        random.normal(DataType.DOUBLE, 6, 3),
                        random.normal(DataType.DOUBLE, 6, 2).muli(5));
        if (graph) {
            asGraph.fit(data);
        } else {
            stack.fit(data);
        }
        return before.sub(model.params());
    }

    /** Positions of batch normalization's mean and variance, after weights, biases, gamma, beta. */
    private static INDArray statistics(INDArray change) {
        return part(change, 24, 32);
    }

    private static INDArray part(INDArray row, long from, long to) {
        return row.reshape(new long[] {row.length()}).get(NDArrayIndex.interval(from, to)).dup();
    }

    private static INDArray learned(INDArray change) {
        INDArray copy = change.dup();
        statisticsView(copy).assign(0);
        return copy;
    }

    private static INDArray statisticsView(INDArray row) {
        return row.reshape(new long[] {row.length()}).get(NDArrayIndex.interval(24, 32));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void scalesTheWholeGradientAndKeepsItsDirection(boolean graph) {
        INDArray free = change(graph);
        double norm = learned(free).norm2Number().doubleValue();
        GlobalNormClipping clipping = new GlobalNormClipping(norm / 4);
        INDArray clipped = change(graph, clipping);
        assertEquals(norm, clipping.lastNorm(), 1e-10 * norm);
        INDArray expected = learned(free).div(4);
        double distance = expected.sub(learned(clipped)).normmaxNumber().doubleValue();
        assertEquals(0, distance, 1e-12);
        assertEquals(statistics(free), statistics(clipped));
        assertTrue(statistics(free).norm2Number().doubleValue() > 0.01);
    }

    @Test
    void leavesShortGradientsAlone() {
        GlobalNormClipping clipping = new GlobalNormClipping(1e6);
        assertTrue(Double.isNaN(clipping.lastNorm()));
        assertEquals(change(true), change(true, clipping));
        assertTrue(clipping.lastNorm() > 0 && clipping.lastNorm() < 1e6);
    }

    @Test
    void badValues() {
        for (double limit : new double[] {0, -1, Double.NaN}) {
            assertEquals(
                    "limit: " + limit + " given, right is above 0",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> new GlobalNormClipping(limit))
                            .getMessage());
        }
    }
}
