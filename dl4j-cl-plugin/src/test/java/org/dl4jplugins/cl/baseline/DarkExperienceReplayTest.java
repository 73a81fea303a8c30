package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.memory.Example;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.memory.ReservoirMemory;
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
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class DarkExperienceReplayTest {

    private static final double RATE = 0.3;
    private static final double ALPHA = 0.8;
    private static final double BETA = 0.6;
    private static final int[] ALL = {0, 1, 2, 3};

    private final List<double[]> weights = new ArrayList<>();
    private final Progress keep =
            new Progress() {
                @Override
                public void step(Learner learner, double loss) {
                    weights.add(learner.graph().params().toDoubleVector());
                }
            };

    /** The second step of the second task against the slope of the loss, written out. */
    @ParameterizedTest
    @EnumSource(Scenario.class)
    void aStepFollowsTheGradientOfTheLoss(Scenario scenario) {
        boolean domain = scenario == Scenario.DOMAIN_INCREMENTAL;
        int[][] classes = domain ? new int[][] {ALL, ALL} : new int[][] {{0, 1}, {2, 3}};
        TaskStream stream = Split.of(scenario, 12, 6, classes);
        ComputationGraph graph = Toy.mlp(new Sgd(RATE), DataType.DOUBLE, 0, false);
        Memory memory = new FractionMemory(1, true);
        new ContinualTrainer.Builder(graph, stream, new DarkExperienceReplay(ALPHA, BETA, 12))
                .memory(memory)
                .budget(Budget.steps(2))
                .scoreBefore(false)
                .freshUpdater(false)
                .progress(keep)
                .build()
                .run();
        ComputationGraph twin = bare(graph);
        List<Example> old = memory.examples().stream().filter(e -> e.task() == 0).toList();
        MultiDataSet stored = Memory.batch(old).data();
        var data = stream.task(1).train().open(0);
        data.next();
        MultiDataSet batch = data.next();
        double[][] then = logits(twin, weights.get(1), stored);
        int[] now = scenario == Scenario.TASK_INCREMENTAL ? classes[1] : ALL;
        int[] again = scenario == Scenario.TASK_INCREMENTAL ? classes[0] : ALL;
        double[] w = weights.get(2).clone();
        double[] made = new double[w.length];
        double[] slope = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            made[i] = (w[i] - weights.get(3)[i]) / RATE;
            double at = w[i];
            for (int sign = -1; sign <= 1; sign += 2) {
                w[i] = at + sign * 1e-5;
                double[][] z = logits(twin, w, stored);
                double loss = entropy(logits(twin, w, batch), batch, now);
                loss += BETA * entropy(z, stored, again);
                for (int k = 0; k < z.length; k++) {
                    for (int c : classes[0]) {
                        double difference = z[k][c] - then[k][c];
                        loss += ALPHA * difference * difference / classes[0].length / z.length;
                    }
                }
                slope[i] += sign * loss / 2e-5;
            }
            w[i] = at;
        }
        assertArrayEquals(slope, made, 1e-7);
        for (int k = 0; k < old.size(); k++) {
            assertArrayEquals(then[k], old.get(k).logits().toDoubleVector(), 1e-12);
        }
    }

    @Test
    void aReservoirThatFillsWhileTrainingKeepsLogitsOfTheMoment() {
        TaskStream stream = Split.of(Scenario.DOMAIN_INCREMENTAL, 18, 6, ALL);
        ComputationGraph graph = Toy.mlp(new Sgd(RATE), DataType.DOUBLE, 0, false);
        Memory memory = new ReservoirMemory(100, true);
        new ContinualTrainer.Builder(graph, stream, new DarkExperienceReplay())
                .memory(memory)
                .budget(Budget.steps(3))
                .scoreBefore(false)
                .progress(keep)
                .build()
                .run();
        assertEquals(18, memory.examples().size());
        for (int i = 0; i < 18; i++) {
            Example e = memory.examples().get(i);
            if (i < 12) {
                double[] then = logits(bare(graph), weights.get(i / 6), e.data())[0];
                assertArrayEquals(then, e.logits().toDoubleVector(), 1e-12);
            } else {
                assertNull(e.logits());
            }
        }
    }

    @Test
    void oldClassesAreForgottenLess() {
        int[][] classes = {{0, 1}, {2, 3}};
        TaskStream stream = Split.of(Scenario.CLASS_INCREMENTAL, 200, 10, classes);
        ContinualResult naive = run(stream, new Naive(), null);
        Memory filled = new ReservoirMemory(40, true);
        for (Memory memory : List.of(new FractionMemory(0.1, true), filled)) {
            ContinualResult der = run(stream, new DarkExperienceReplay(), memory);
            assertTrue(
                    der.matrix().accuracy(1, 0) > naive.matrix().accuracy(1, 0) + 30,
                    naive + "\n" + der);
            assertEquals(naive.steps(), der.steps());
        }
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new DarkExperienceReplay(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new DarkExperienceReplay(1, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new DarkExperienceReplay(1, 1, -1));
        var builder =
                new ContinualTrainer.Builder(
                        Toy.mlp(), Toy.permuted(2, 20, 10), new DarkExperienceReplay());
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("DER++ needs a memory"), message);
    }

    private static double entropy(double[][] z, MultiDataSet data, int[] competing) {
        double sum = 0;
        for (int row = 0; row < z.length; row++) {
            double[] own = z[row];
            double total = Arrays.stream(competing).mapToDouble(c -> Math.exp(own[c])).sum();
            int[] right = {row};
            int label =
                    IntStream.of(ALL)
                            .filter(c -> data.getLabels(0).getDouble(right[0], c) == 1)
                            .findFirst()
                            .orElseThrow();
            sum += Math.log(total) - own[label];
        }
        return sum / z.length;
    }

    /** The same network without its softmax. */
    private static ComputationGraph bare(ComputationGraph graph) {
        ComputationGraph twin = graph.clone();
        ((OutputLayer) twin.getOutputLayer(0).conf().getLayer())
                .setActivationFn(Activation.IDENTITY.getActivationFunction());
        return twin;
    }

    private static double[][] logits(ComputationGraph twin, double[] weights, MultiDataSet data) {
        twin.setParams(Nd4j.createFromArray(weights));
        return twin.output(false, data.getFeatures())[0].toDoubleMatrix();
    }

    private static ContinualResult run(TaskStream stream, ContinualMethod method, Memory memory) {
        return new ContinualTrainer.Builder(Toy.mlp(), stream, method)
                .memory(memory)
                .budget(Budget.steps(60))
                .scoreBefore(false)
                .build()
                .run();
    }
}
