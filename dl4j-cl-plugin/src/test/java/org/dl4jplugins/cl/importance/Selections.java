package org.dl4jplugins.cl.importance;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/** Graphs that exist for their parameters. */
public final class Selections {

    private Selections() {}

    /** Parameters first_W [2, 6] and second_W [5, 2], in this order. */
    public static ComputationGraph twoMatrices(DataType type) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(type)
                                .updater(new Sgd(0.1))
                                .seed(3)
                                .graphBuilder()
                                .addInputs("x", "y")
                                .addLayer("first", matrix(2, 6), "x")
                                .addLayer("second", matrix(5, 2), "y")
                                .setOutputs("first", "second")
                                .build());
        graph.init();
        return graph;
    }

    private static DenseLayer matrix(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out).hasBias(false).build();
    }
}
