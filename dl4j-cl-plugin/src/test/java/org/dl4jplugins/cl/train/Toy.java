package org.dl4jplugins.cl.train;

import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.stream.ClassMaskedLoss;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Small tasks: four prototypes with noise, whose inputs each task permutes in its own way. */
public final class Toy {

    private static final int INPUTS = 16;
    private static final int CLASSES = 4;

    private Toy() {}

    /** A domain-incremental stream. */
    public static TaskStream permuted(int tasks, int examples, int batch) {
        TaskStream.Builder stream = new TaskStream.Builder();
        for (int t = 0; t < tasks; t++) {
            stream.add(
                    new Task.Builder("permutation " + t)
                            .train(TaskData.shuffled(data(t, examples, 1), batch, 3))
                            .validation(TaskData.inOrder(data(t, 40, 2), 40))
                            .test(TaskData.inOrder(data(t, 100, 3), 50))
                            .build());
        }
        return stream.build();
    }

    /** Examples of one task. */
    public static MultiDataSet data(int task, int examples, long seed) {
        Random prototypes = new Random(17);
        double[][] means = new double[CLASSES][INPUTS];
        for (double[] mean : means) {
            for (int i = 0; i < INPUTS; i++) {
                mean[i] = 0.7 * prototypes.nextGaussian();
            }
        }
        int[] permutation =
                new Random(100 + task).ints(0, INPUTS).distinct().limit(INPUTS).toArray();
        Random noise = new Random(seed * 1000 + task);
        double[][] x = new double[examples][INPUTS];
        double[][] y = new double[examples][CLASSES];
        for (int e = 0; e < examples; e++) {
            int label = e % CLASSES;
            y[e][label] = 1;
            for (int i = 0; i < INPUTS; i++) {
                x[e][permutation[i]] = means[label][i] + noise.nextGaussian();
            }
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                Nd4j.createFromArray(x).castTo(DataType.FLOAT),
                Nd4j.createFromArray(y).castTo(DataType.FLOAT));
    }

    /** A network with one hidden layer. */
    public static ComputationGraph mlp(
            IUpdater updater, DataType type, double dropout, boolean norm) {
        var graph =
                new NeuralNetConfiguration.Builder()
                        .dataType(type)
                        .seed(5)
                        .updater(updater)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer(
                                "hidden",
                                new DenseLayer.Builder()
                                        .nIn(INPUTS)
                                        .nOut(16)
                                        .activation(Activation.TANH)
                                        .build(),
                                "in");
        if (norm) {
            graph.addLayer(
                    "norm", new BatchNormalization.Builder().nIn(16).nOut(16).build(), "hidden");
        }
        OutputLayer.Builder head =
                new OutputLayer.Builder(new ClassMaskedLoss())
                        .nIn(16)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX);
        if (dropout > 0) {
            head.dropOut(1 - dropout);
        }
        graph.addLayer("out", head.build(), norm ? "norm" : "hidden").setOutputs("out");
        ComputationGraph built = new ComputationGraph(graph.build());
        built.init();
        return built;
    }

    /** The same with Adam, in single precision. */
    public static ComputationGraph mlp() {
        return mlp(new Adam(0.01), DataType.FLOAT, 0, false);
    }
}
