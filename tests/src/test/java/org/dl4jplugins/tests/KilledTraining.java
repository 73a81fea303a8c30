package org.dl4jplugins.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.EarlyStopping;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A training for a process that is killed: dropout, memory, early stopping, three tasks. */
final class KilledTraining {

    static final int STEPS = 120;

    private KilledTraining() {}

    /**
     * Loads the libraries, waits for a line on standard input, and trains, from the checkpoint if
     * there is one; says each step on standard output.
     *
     * @param args checkpoint file, result file, step at which it waits to be killed, if it comes
     *     that far
     */
    public static void main(String[] args) throws IOException {
        long wait = Long.parseLong(args[2]);
        Nd4j.zeros(1);
        if (System.in.read() < 0) {
            return;
        }
        Progress tells =
                new Progress() {
                    @Override
                    public void step(Learner learner, double loss) {
                        System.out.println("step " + learner.steps());
                        while (learner.steps() >= wait) {
                            LockSupport.park();
                        }
                    }
                };
        Files.writeString(Path.of(args[1]), train(Path.of(args[0]), tells));
    }

    /** All bits of the trained model and its result, as text. */
    static String train(Path checkpoint, Progress progress) {
        ComputationGraph graph = graph();
        ContinualTrainer.Builder trainer =
                new ContinualTrainer.Builder(
                                graph,
                                stream(),
                                new RecurrentKif.Builder().innerSteps(3).outerSteps(2).build())
                        .memory(new FractionMemory(0.1, true))
                        .earlyStopping(new EarlyStopping(10, 0, 20))
                        .budget(Budget.steps(STEPS / 3))
                        .progress(progress);
        if (checkpoint != null) {
            trainer.checkpoint(checkpoint, 1);
        }
        ContinualResult result = trainer.build().run();
        StringBuilder text = new StringBuilder(result.toString());
        for (float value : graph.params().toFloatVector()) {
            text.append('\n').append(Float.floatToRawIntBits(value));
        }
        return text.toString();
    }

    private static ComputationGraph graph() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(5)
                                .updater(new Adam(0.01))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "hidden",
                                        new DenseLayer.Builder()
                                                .nIn(12)
                                                .nOut(24)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder()
                                                .nIn(24)
                                                .nOut(3)
                                                .activation(Activation.SOFTMAX)
                                                .dropOut(0.8)
                                                .build(),
                                        "hidden")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    private static TaskStream stream() {
        TaskStream.Builder stream = new TaskStream.Builder();
        for (int t = 0; t < 3; t++) {
            stream.add(
                    new Task.Builder("task " + t)
                            .train(TaskData.shuffled(data(t, 90), 8, 3))
                            .validation(TaskData.inOrder(data(t + 10, 30), 30))
                            .test(TaskData.inOrder(data(t + 20, 30), 30))
                            .build());
        }
        return stream.build();
    }

    private static MultiDataSet data(int seed, int examples) {
        Random random = new Random(seed);
        float[][] inputs = new float[examples][12];
        float[][] labels = new float[examples][3];
        for (int e = 0; e < examples; e++) {
            labels[e][e % 3] = 1;
            for (int i = 0; i < 12; i++) {
                boolean own = (i + seed) % 3 == e % 3;
                inputs[e][i] = (float) random.nextGaussian() + (own ? 1 : 0);
            }
        }
        return new MultiDataSet(Nd4j.createFromArray(inputs), Nd4j.createFromArray(labels));
    }
}
