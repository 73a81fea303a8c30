package org.dl4jplugins.cl.baseline;

import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.cl.stream.ClassMaskedLoss;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

/** A frozen network for {@link org.dl4jplugins.cl.train.Toy}'s tasks with low-rank increments. */
final class LowRankToy {

    private LowRankToy() {}

    /** The increments are pairs of layers, hidden.loraA.k and hidden.loraB.k. */
    static ComputationGraph graph(
            int adapters, DataType type, IUpdater updater, double decay, double dropout) {
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder()
                        .dataType(type)
                        .seed(5)
                        .updater(updater)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("hidden", frozen(dense(16, 32)), "in");
        String[] summands = new String[adapters + 1];
        summands[0] = "hidden";
        for (int k = 0; k < adapters; k++) {
            summands[k + 1] = "hidden.loraB." + k;
            DenseLayer.Builder a = dense(16, 4).weightInit(new NormalDistribution(0, 0.05));
            a.weightDecay(decay);
            if (dropout > 0) {
                a.dropOut(1 - dropout);
            }
            graph.addLayer("hidden.loraA." + k, a.build(), "in");
            graph.addLayer(
                    summands[k + 1],
                    dense(4, 32).weightInit(WeightInit.ZERO).weightDecay(decay).build(),
                    "hidden.loraA." + k);
        }
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), summands)
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "sum")
                .addLayer("head", frozen(dense(32, 4).weightInit(WeightInit.NORMAL)), "tanh")
                .addLayer(
                        "out",
                        new LossLayer.Builder()
                                .lossFunction(new ClassMaskedLoss())
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "head")
                .setOutputs("out");
        ComputationGraph built = new ComputationGraph(graph.build());
        built.init();
        return built;
    }

    /** Each task's classes show in four inputs of its own and in those of the tasks before. */
    static TaskStream subspaces(int tasks, int examples, int batch) {
        TaskStream.Builder stream = new TaskStream.Builder();
        for (int t = 0; t < tasks; t++) {
            stream.add(
                    new Task.Builder("inputs from " + 4 * t)
                            .train(TaskData.shuffled(block(t, examples, 1), batch, 3))
                            .test(TaskData.inOrder(block(t, 100, 3), 50))
                            .build());
        }
        return stream.build();
    }

    private static MultiDataSet block(int task, int examples, long seed) {
        Random means = new Random(31 + task);
        int known = 4 * task + 4;
        double[][] mean = new double[4][known];
        for (double[] row : mean) {
            Arrays.setAll(row, i -> 1.5 * means.nextGaussian());
        }
        Random noise = new Random(seed * 1000 + task);
        double[][] x = new double[examples][16];
        double[][] y = new double[examples][4];
        for (int e = 0; e < examples; e++) {
            y[e][e % 4] = 1;
            for (int i = 0; i < known; i++) {
                x[e][i] = mean[e % 4][i] + 0.5 * noise.nextGaussian();
            }
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                Nd4j.createFromArray(x).castTo(DataType.FLOAT),
                Nd4j.createFromArray(y).castTo(DataType.FLOAT));
    }

    private static Layer frozen(DenseLayer.Builder layer) {
        return new FrozenLayerWithBackprop(layer.build());
    }

    private static DenseLayer.Builder dense(int in, int out) {
        return new DenseLayer.Builder()
                .nIn(in)
                .nOut(out)
                .hasBias(false)
                .activation(Activation.IDENTITY);
    }
}
