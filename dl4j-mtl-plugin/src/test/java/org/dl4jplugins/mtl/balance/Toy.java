package org.dl4jplugins.mtl.balance;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Tiny multi-task problems. */
final class Toy {

    private Toy() {}

    /**
     * The plane: shared parameters x in R^2; task t pulls to a goal of its own with loss
     * strength[t]^2 |x - goal[t]|^2 / 2. The Pareto set is the convex hull of the goals.
     */
    static ComputationGraph plane(IUpdater updater, double[] start, double... strength) {
        GraphBuilder b =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .dataType(DataType.DOUBLE)
                        .updater(updater)
                        .activation(Activation.IDENTITY)
                        .graphBuilder()
                        .addInputs("one");
        b.addLayer("x", new DenseLayer.Builder().nIn(1).nOut(2).hasBias(false).build(), "one");
        String[] outputs = new String[strength.length];
        for (int t = 0; t < strength.length; t++) {
            outputs[t] = "task" + t;
            b.addVertex("strength" + t, new ScaleVertex(strength[t]), "x");
            b.addLayer(outputs[t], new LossLayer.Builder(LossFunction.MSE).build(), "strength" + t);
        }
        ComputationGraph graph = new ComputationGraph(b.setOutputs(outputs).build());
        graph.init();
        graph.setParams(Nd4j.createFromArray(new double[][] {start}));
        return graph;
    }

    static MultiDataSet goals(double[][] goals, double... strength) {
        INDArray[] labels = new INDArray[goals.length];
        for (int t = 0; t < goals.length; t++) {
            labels[t] = Nd4j.createFromArray(new double[][] {Small.scaled(goals[t], strength[t])});
        }
        return new MultiDataSet(new INDArray[] {Nd4j.ones(DataType.DOUBLE, 1, 1)}, labels);
    }

    /** Perceptron 4-6-5 with a softmax head of three classes per task. */
    static ComputationGraph perceptron(int tasks, IUpdater updater, double clipping) {
        NeuralNetConfiguration.Builder conf =
                new NeuralNetConfiguration.Builder()
                        .seed(7)
                        .dataType(DataType.DOUBLE)
                        .updater(updater)
                        .l2(1e-3)
                        .activation(Activation.TANH);
        if (clipping > 0) {
            conf.gradientNormalization(GradientNormalization.ClipL2PerLayer)
                    .gradientNormalizationThreshold(clipping);
        }
        GraphBuilder b = conf.graphBuilder().addInputs("in");
        b.addLayer("d1", new DenseLayer.Builder().nIn(4).nOut(6).build(), "in");
        b.addLayer("d2", new DenseLayer.Builder().nIn(6).nOut(5).build(), "d1");
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            outputs[t] = "head" + t;
            b.addLayer(
                    outputs[t],
                    new OutputLayer.Builder(LossFunction.MCXENT)
                            .nIn(5)
                            .nOut(3)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    "d2");
        }
        ComputationGraph graph = new ComputationGraph(b.setOutputs(outputs).build());
        graph.init();
        return graph;
    }

    /** Shared layer and batch norm, then per task a private layer, batch norm and dropout. */
    static ComputationGraph branches(int tasks, DataType type, double keep) {
        GraphBuilder b =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .dataType(type)
                        .updater(new Sgd(0.2))
                        .l2(1e-3)
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in");
        b.addLayer("shared", new DenseLayer.Builder().nIn(4).nOut(6).build(), "in");
        b.addLayer("norm", new BatchNormalization.Builder().nIn(6).nOut(6).build(), "shared");
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            outputs[t] = "head" + t;
            b.addLayer("own" + t, new DenseLayer.Builder().nIn(6).nOut(5).build(), "norm");
            b.addLayer(
                    "bn" + t, new BatchNormalization.Builder().nIn(5).nOut(5).build(), "own" + t);
            b.addLayer(
                    outputs[t],
                    new OutputLayer.Builder(LossFunction.MCXENT)
                            .nIn(5)
                            .nOut(3)
                            .dropOut(keep)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    "bn" + t);
        }
        ComputationGraph graph = new ComputationGraph(b.setOutputs(outputs).build());
        graph.init();
        return graph;
    }

    /** Layer "all" is shared by three tasks, layer "two" by the first two only. */
    static ComputationGraph partlyShared() {
        GraphBuilder b =
                new NeuralNetConfiguration.Builder()
                        .seed(2)
                        .dataType(DataType.DOUBLE)
                        .updater(new Sgd(0.1))
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in");
        b.addLayer("all", new DenseLayer.Builder().nIn(4).nOut(5).build(), "in");
        b.addLayer("two", new DenseLayer.Builder().nIn(5).nOut(5).build(), "all");
        for (int t = 0; t < 3; t++) {
            b.addLayer(
                    "head" + t,
                    new OutputLayer.Builder(LossFunction.MCXENT)
                            .nIn(5)
                            .nOut(3)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    t < 2 ? "two" : "all");
        }
        ComputationGraph graph =
                new ComputationGraph(b.setOutputs("head0", "head1", "head2").build());
        graph.init();
        return graph;
    }

    /** Random points, the class of task t decided by two of the four features. */
    static MultiDataSet batch(int tasks, int examples, long seed) {
        Random random = new Random(seed);
        INDArray features = Nd4j.zeros(DataType.DOUBLE, examples, 4);
        INDArray[] labels = new INDArray[tasks];
        for (int t = 0; t < tasks; t++) {
            labels[t] = Nd4j.zeros(DataType.DOUBLE, examples, 3);
        }
        for (int e = 0; e < examples; e++) {
            double[] x = random.doubles(4, -1, 1).toArray();
            for (int i = 0; i < 4; i++) {
                features.putScalar(e, i, x[i]);
            }
            for (int t = 0; t < tasks; t++) {
                double score = x[t % 4] - x[(t + 1) % 4];
                labels[t].putScalar(e, score < -0.4 ? 0 : score < 0.4 ? 1 : 2, 1);
            }
        }
        return new MultiDataSet(new INDArray[] {features}, labels);
    }
}
