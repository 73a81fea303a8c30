package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LearningWithoutForgettingTest {

    private static final double RATE = 0.3;
    private static final double LAMBDA = 1.7;
    private static final double TEMPERATURE = 2.5;
    private static final int[] ALL = {0, 1, 2, 3};

    /** The second step of the third task against the slope of the loss, written out. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void aStepFollowsTheGradientOfTheLoss(Scenario scenario) {
        boolean domain = scenario == Scenario.DOMAIN_INCREMENTAL;
        int[][] classes =
                domain ? new int[][] {ALL, ALL, ALL} : new int[][] {{0, 1}, {1, 2}, {0, 3}};
        TaskStream stream = Split.of(scenario, 24, 6, classes);
        ComputationGraph graph = Toy.mlp(new Sgd(RATE), DataType.DOUBLE, 0, false);
        List<double[]> weights = new ArrayList<>();
        Progress keep =
                new Progress() {
                    @Override
                    public void step(Learner learner, double loss) {
                        weights.add(learner.graph().params().toDoubleVector());
                    }
                };
        new ContinualTrainer.Builder(
                        graph, stream, new LearningWithoutForgetting(LAMBDA, TEMPERATURE))
                .budget(Budget.steps(2))
                .scoreBefore(false)
                .freshUpdater(false)
                .progress(keep)
                .build()
                .run();

        var data = stream.task(2).train().open(0);
        data.next();
        MultiDataSet batch = data.next();
        int[] competing =
                switch (scenario) {
                    case TASK_INCREMENTAL -> classes[2];
                    default -> ALL;
                };
        int[][] old =
                switch (scenario) {
                    case TASK_INCREMENTAL -> new int[][] {{0, 1}, {1, 2}};
                    case CLASS_INCREMENTAL -> new int[][] {{0, 1, 2}};
                    default -> new int[][] {ALL};
                };
        double[][] teacher = logits(graph, weights.get(3), batch);
        double[] w = weights.get(4).clone();
        double[] slope = new double[w.length];
        double step = 1e-5;
        for (int i = 0; i < w.length; i++) {
            double at = w[i];
            w[i] = at + step;
            double above = loss(logits(graph, w, batch), batch, competing, teacher, old);
            w[i] = at - step;
            double below = loss(logits(graph, w, batch), batch, competing, teacher, old);
            w[i] = at;
            slope[i] = (above - below) / (2 * step);
        }
        double[] made = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            made[i] = (w[i] - weights.get(5)[i]) / RATE;
        }
        assertArrayEquals(slope, made, 1e-7);
    }

    private static double loss(
            double[][] z, MultiDataSet batch, int[] competing, double[][] teacher, int[][] old) {
        double sum = 0;
        for (int row = 0; row < z.length; row++) {
            for (int c : ALL) {
                if (batch.getLabels(0).getDouble(row, c) == 1) {
                    sum -= Math.log(share(z[row], c, competing, 1));
                }
            }
            for (int[] group : old) {
                for (int c : group) {
                    sum -=
                            LAMBDA
                                    * share(teacher[row], c, group, TEMPERATURE)
                                    * Math.log(share(z[row], c, group, TEMPERATURE));
                }
            }
        }
        return sum / z.length;
    }

    private static double share(double[] z, int c, int[] among, double temperature) {
        double total =
                IntStream.of(among).mapToDouble(o -> Math.exp((z[o] - z[c]) / temperature)).sum();
        return 1 / total;
    }

    /** But for a constant per example, which no softmax sees. */
    private static double[][] logits(ComputationGraph graph, double[] weights, MultiDataSet batch) {
        graph.setParams(Nd4j.createFromArray(weights));
        graph.clear();
        double[][] p = graph.output(false, batch.getFeatures())[0].toDoubleMatrix();
        for (double[] row : p) {
            for (int c = 0; c < row.length; c++) {
                row[c] = Math.log(row[c]);
            }
        }
        return p;
    }

    /** Sequences with time masks: the gradient of the whole loss is the slope of its score. */
    @ParameterizedTest
    @EnumSource(RNNFormat.class)
    void sequencesAreAnsweredAsBefore(RNNFormat format) {
        ComputationGraph graph = sequences(format);
        long[] in = format == RNNFormat.NCW ? new long[] {2, 3, 4} : new long[] {2, 4, 3};
        INDArray x = Nd4j.rand(DataType.DOUBLE, in);
        INDArray y = Nd4j.zeros(DataType.DOUBLE, in);
        for (int b = 0; b < 2; b++) {
            for (int t = 0; t < 4; t++) {
                int[] at =
                        format == RNNFormat.NCW ? new int[] {b, t % 3, t} : new int[] {b, t, t % 3};
                y.putScalar(at, 1);
            }
        }
        INDArray time = Nd4j.createFromArray(new double[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
        MultiDataSet data =
                new org.nd4j.linalg.dataset.MultiDataSet(
                        new INDArray[] {x}, new INDArray[] {y}, null, new INDArray[] {time});
        OutputHead head = OutputHead.of(graph, 0, "LwF");
        INDArray old = head.logits(data).mul(3);
        Distillation term = Distillation.of(old, new boolean[] {true, false, true}, 2, 5);
        head.with(
                new LogitLoss(head.loss(), null, null, term),
                () -> {
                    double[] gradient = Gradients.of(graph, data).toDoubleVector();
                    for (int i = 0; i < gradient.length; i++) {
                        double at = graph.params().getDouble(i);
                        graph.params().putScalar(i, at + 1e-5);
                        double above = graph.score(data, true);
                        graph.params().putScalar(i, at - 1e-5);
                        double below = graph.score(data, true);
                        graph.params().putScalar(i, at);
                        assertEquals((above - below) / 2e-5, gradient[i], 1e-7);
                    }
                });
    }

    @Test
    void oldClassesAreForgottenLess() {
        int[][] classes = {{0, 1}, {2, 3}};
        TaskStream stream = Split.of(Scenario.CLASS_INCREMENTAL, 200, 10, classes);
        ContinualResult naive = run(Toy.mlp(), stream, new Naive());
        ContinualResult lwf = run(Toy.mlp(), stream, new LearningWithoutForgetting(3, 2));
        assertTrue(
                lwf.matrix().accuracy(1, 0) > naive.matrix().accuracy(1, 0) + 12,
                naive + "\n" + lwf);
        assertEquals(naive.steps(), lwf.steps());
    }

    @Test
    void badSettingsAndHeadsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new LearningWithoutForgetting(-1, 2));
        assertThrows(IllegalArgumentException.class, () -> new LearningWithoutForgetting(1, 0));
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "values",
                                        new OutputLayer.Builder(LossFunction.MSE)
                                                .nIn(16)
                                                .nOut(4)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "in")
                                .setOutputs("values")
                                .build());
        graph.init();
        var builder =
                new ContinualTrainer.Builder(
                        graph, Toy.permuted(2, 20, 10), new LearningWithoutForgetting());
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("LwF needs the activation softmax, layer 'values'"), message);
    }

    private static ContinualResult run(
            ComputationGraph graph, TaskStream stream, ContinualMethod method) {
        return new ContinualTrainer.Builder(graph, stream, method)
                .budget(Budget.steps(60))
                .scoreBefore(false)
                .build()
                .run();
    }

    private static ComputationGraph sequences(RNNFormat format) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .seed(4)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "out",
                                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(3)
                                                .nOut(3)
                                                .dataFormat(format)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "in")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }
}
