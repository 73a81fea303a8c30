package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class StabilityListenerTest {

    @Test
    void anOrdinaryFitStopsOnceStable() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .seed(1)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                                                .nIn(2)
                                                .nOut(1)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "in")
                                .setOutputs("out")
                                .build());
        graph.init();
        DataSet batch =
                new DataSet(
                        Nd4j.create(new double[][] {{1, 2}, {-1, 1}}),
                        Nd4j.create(new double[][] {{3}, {0}}));
        MultiDataSetIterator data =
                new MultiDataSetIteratorAdapter(
                        new ListDataSetIterator<>(List.of(batch, batch, batch), 2));
        StabilityListener stability =
                new StabilityListener(
                        new StabilityCriterion.Builder()
                                .window(4)
                                .epsilon(1e-3)
                                .patience(2)
                                .maximumSteps(500)
                                .build());
        graph.setListeners(stability);
        MultiDataSetIterator until = stability.until(data);
        assertFalse(stability.done());
        graph.fit(until, 400);
        assertTrue(stability.done());
        assertEquals(StabilityCriterion.Stop.STABLE, stability.criterion().stop());
        int steps = stability.criterion().steps();
        assertEquals(steps, graph.getIterationCount());
        assertTrue(steps > 10 && steps < 100, "" + steps);
        assertTrue(graph.score() < 0.01, "" + graph.score());
        until.reset();
        assertThrows(NoSuchElementException.class, until::next);
    }
}
