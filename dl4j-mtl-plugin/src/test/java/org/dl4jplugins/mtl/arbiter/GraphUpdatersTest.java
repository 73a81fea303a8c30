package org.dl4jplugins.mtl.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class GraphUpdatersTest {

    private static IUpdater updater(ComputationGraph graph, String layer) {
        return ((BaseLayer) graph.getLayer(layer).conf().getLayer()).getIUpdater();
    }

    @Test
    void everyTrainedLayerGetsTheUpdater() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(0.01))
                                .biasUpdater(new Adam(0.02))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer(
                                        "both",
                                        new LastTimeStep(
                                                new Bidirectional(
                                                        new LSTM.Builder().nOut(3).build())),
                                        "x")
                                .addLayer(
                                        "still",
                                        new DenseLayer.Builder()
                                                .nOut(3)
                                                .updater(new NoOp())
                                                .biasUpdater(new NoOp())
                                                .build(),
                                        "both")
                                .addLayer("norm", new BatchNormalization(), "still")
                                .addLayer(
                                        "y",
                                        new OutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "norm")
                                .addLayer(
                                        "z",
                                        new OutputLayer.Builder()
                                                .nOut(2)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "norm")
                                .setOutputs("y", "z")
                                .setInputTypes(InputType.recurrent(2, 4))
                                .build());
        graph.init();
        ComputationGraph other = GraphUpdaters.replaced(graph, new Sgd(0.5));
        assertEquals(graph.params(), other.params());
        assertNotSame(graph.params(), other.params());
        assertEquals(new Sgd(0.5), updater(other, "norm"));
        assertEquals(new Sgd(0.5), updater(other, "y"));
        assertEquals(new NoOp(), updater(other, "still"));
        LayerVertex vertex = (LayerVertex) other.getConfiguration().getVertices().get("both");
        Bidirectional both =
                (Bidirectional) ((LastTimeStep) vertex.getLayerConf().getLayer()).getUnderlying();
        assertEquals(new Sgd(0.5), ((BaseLayer) both.getFwd()).getIUpdater());
        assertEquals(new Sgd(0.5), ((BaseLayer) both.getBwd()).getIUpdater());
        assertEquals(0.5, other.getLearningRate("y"));
        assertEquals(0.01, graph.getLearningRate("y"));
        assertEquals(new Adam(0.01), updater(graph, "y"));
        // Sgd has no state: the bias updater is gone as well.
        assertNull(other.getUpdater(true).getStateViewArray());
    }
}
