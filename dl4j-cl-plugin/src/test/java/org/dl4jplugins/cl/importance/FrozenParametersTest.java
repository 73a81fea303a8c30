package org.dl4jplugins.cl.importance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.ModelCopy;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FrozenParametersTest {

    private static final String MESSAGE =
            "Parameter 'hidden_W' has the updater NoOp, with which DL4J subtracts its raw gradient"
                    + " at each step: put layer 'hidden' into a FrozenLayer if it shall stand still,"
                    + " or give it Sgd(1) if it shall learn so";

    @Test
    void dl4jTakesNoOpForRateOne() {
        ComputationGraph noOp = graph(dense().updater(new NoOp()).build());
        ComputationGraph rateOne = graph(dense().updater(new Sgd(1)).build());
        INDArray before = noOp.params().dup();
        assertEquals(before, rateOne.params());
        noOp.fit(Toy.data(0, 8, 1));
        rateOne.fit(Toy.data(0, 8, 1));
        assertNotEquals(before, noOp.params());
        assertEquals(rateOne.params(), noOp.params());
    }

    @Test
    void refusesWhatNoOpDoesNotFreeze() {
        ComputationGraph graph = graph(dense().updater(new NoOp()).build());
        INDArray before = graph.params().dup();
        assertRefused(() -> ParameterSelection.all(graph));
        assertRefused(() -> ParameterSelection.matching(graph, "out_.*"));
        assertRefused(() -> new ModelCopy(graph));
        assertRefused(
                () ->
                        new ContinualTrainer.Builder(graph, Toy.permuted(2, 20, 10), new Naive())
                                .budget(Budget.steps(1))
                                .build());
        assertEquals(before, graph.params());
    }

    @Test
    void frozenLayersStandStill() {
        ComputationGraph graph = graph(new FrozenLayer(dense().build()));
        assertTrue(FrozenParameters.contains(graph, "hidden_W"));
        assertFalse(FrozenParameters.contains(graph, "out_W"));
        assertEquals(4 * 16 + 4, ParameterSelection.all(graph).size());
    }

    private static void assertRefused(Runnable work) {
        assertEquals(MESSAGE, assertThrows(IllegalArgumentException.class, work::run).getMessage());
    }

    private static DenseLayer.Builder dense() {
        return new DenseLayer.Builder().nIn(16).nOut(16);
    }

    private static ComputationGraph graph(Layer hidden) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(4)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("hidden", hidden, "in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .nIn(16)
                                                .nOut(4)
                                                .build(),
                                        "hidden")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }
}
