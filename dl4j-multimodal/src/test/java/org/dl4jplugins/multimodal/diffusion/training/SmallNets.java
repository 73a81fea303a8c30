package org.dl4jplugins.multimodal.diffusion.training;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Perceptrons of x_t and t. */
final class SmallNets {

    private SmallNets() {}

    /** Inputs x [batch, size] and t [batch, 1], two hidden layers, output [batch, size]. */
    static ComputationGraph perceptron(int size, int width, double dropout, IUpdater updater) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(12)
                                .dataType(DataType.FLOAT)
                                .updater(updater)
                                .activation(Activation.SWISH)
                                .graphBuilder()
                                .addInputs("x", "t")
                                .addVertex("in", new MergeVertex(), "x", "t")
                                .addLayer("first", dense(size + 1, width).build(), "in")
                                .addLayer(
                                        "second",
                                        dense(width, width).dropOut(1 - dropout).build(),
                                        "first")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .activation(Activation.IDENTITY)
                                                .nIn(width)
                                                .nOut(size)
                                                .build(),
                                        "second")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    private static DenseLayer.Builder dense(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out);
    }
}
