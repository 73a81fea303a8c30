package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Tiny graphs around attention. */
final class AttentionGraphs {
    static final int WIDTH = 6;

    private AttentionGraphs() {}

    /** Projections of one input [batch, time, WIDTH], attention, two values per token. */
    static ComputationGraphConfiguration self(DataType type, AttentionVertex attention) {
        return output(
                projections(builder(type).addInputs("in"), attention, "in", "in")
                        .addVertex("attention", attention, "q", "k", "v"),
                attention);
    }

    /** Queries from "in", keys and values from "context". */
    static ComputationGraphConfiguration cross(DataType type, AttentionVertex attention) {
        return output(
                projections(builder(type).addInputs("in", "context"), attention, "in", "context")
                        .addVertex("attention", attention, "q", "k", "v"),
                attention);
    }

    static GraphBuilder builder(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(12345)
                .dataType(type)
                .updater(new Adam(0.01))
                .graphBuilder();
    }

    static GraphBuilder projections(
            GraphBuilder graph, AttentionVertex attention, String queries, String keys) {
        int q = attention.getHeads() * attention.getHeadSize();
        int k = attention.getKvHeads() * attention.getHeadSize();
        return graph.addLayer("q", linear(WIDTH, q), queries)
                .addLayer("k", linear(WIDTH, k), keys)
                .addLayer("v", linear(WIDTH, k), keys);
    }

    static ComputationGraphConfiguration output(GraphBuilder graph, AttentionVertex attention) {
        return graph.addLayer(
                        "out",
                        new RnnOutputLayer.Builder(LossFunction.MSE)
                                .nIn(attention.getHeads() * attention.getHeadSize())
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .activation(Activation.TANH)
                                .build(),
                        "attention")
                .setOutputs("out")
                .build();
    }

    static Linear linear(int in, int out) {
        return new Linear.Builder().nIn(in).nOut(out).build();
    }

    static ComputationGraph graph(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    static INDArray random(DataType type, long... shape) {
        return Nd4j.rand(DataType.DOUBLE, shape).muli(2).subi(1).castTo(type);
    }
}
