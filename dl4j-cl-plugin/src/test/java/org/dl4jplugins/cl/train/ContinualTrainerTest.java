package org.dl4jplugins.cl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Joint;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.baseline.Replay;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

class ContinualTrainerTest {

    private final TaskStream stream = Toy.permuted(3, 200, 10);

    @Test
    void kifForgetsLessThanNaiveTraining() {
        ContinualResult naive = run(new Naive());
        ContinualResult joint = run(new Joint());
        ContinualResult kif = run(new RecurrentKif.Builder().build());
        assertTrue(naive.matrix().backwardTransfer() < -15, naive.toString());
        assertTrue(
                kif.matrix().backwardTransfer() > naive.matrix().backwardTransfer() + 10,
                naive + "\n" + kif);
        assertTrue(
                kif.matrix().overallPerformance() > naive.matrix().overallPerformance() + 2,
                naive + "\n" + kif);
        assertTrue(
                joint.matrix().overallPerformance() > naive.matrix().overallPerformance() + 5,
                naive + "\n" + joint);
        assertEquals(List.of(120L, 120L, 120L), naive.steps());
        assertEquals(List.of(120L, 120L, 120L), kif.steps());
    }

    @Test
    void replayForgetsLessThanNaiveTraining() {
        assertTrue(
                run(new Replay()).matrix().backwardTransfer()
                        > run(new Naive()).matrix().backwardTransfer() + 6);
    }

    @Test
    void laterTasksNeedNotBeScored() {
        ContinualResult all = run(new Naive());
        AccuracyMatrix few =
                builder(Toy.mlp(new Adam(0.01), DataType.FLOAT, 0, false), new Naive())
                        .scoreBefore(true)
                        .scoreLater(false)
                        .build()
                        .run()
                        .matrix();
        assertTrue(Double.isNaN(few.accuracy(0, 2)));
        assertFalse(Double.isNaN(few.accuracy(0, 1)));
        assertFalse(Double.isNaN(few.forwardTransfer()));
        assertFalse(Double.isNaN(all.matrix().accuracy(0, 2)));
    }

    /** With one cycle per task, what is measured once is measured as always. */
    @Test
    void importancesMeasuredOncePerTaskStay() {
        assertEquals(once(true, 80, 40), once(false, 80, 40));
        assertNotEquals(once(true, 8, 4), once(false, 8, 4));
    }

    private AccuracyMatrix once(boolean once, int inner, int outer) {
        return run(new RecurrentKif.Builder()
                        .innerSteps(inner)
                        .outerSteps(outer)
                        .measureOnce(once)
                        .build())
                .matrix();
    }

    @Test
    void killedAnywhereItEndsWithTheSameBits(@TempDir Path folder) throws Exception {
        Supplier<ContinualMethod> kif =
                () -> new RecurrentKif.Builder().innerSteps(3).outerSteps(2).build();
        ComputationGraph whole = dropout();
        ContinualResult expected = builder(whole, kif.get()).build().run();
        for (int death : new int[] {4, 47, 83}) {
            Path file = folder.resolve("at" + death);
            Progress dies =
                    new Progress() {
                        @Override
                        public void step(Learner learner, double loss) {
                            if (learner.steps() >= death) {
                                throw new IllegalStateException("killed");
                            }
                        }
                    };
            ContinualTrainer first =
                    builder(dropout(), kif.get()).checkpoint(file, 1).progress(dies).build();
            assertThrows(IllegalStateException.class, first::run);
            ComputationGraph second = dropout();
            ContinualResult result = builder(second, kif.get()).checkpoint(file, 1).build().run();
            assertEquals(expected, result);
            assertArrayEquals(whole.params().toFloatVector(), second.params().toFloatVector(), 0f);
        }
    }

    @Test
    void anotherConfigurationsCheckpointIsRefusedAndKept(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("checkpoint");
        builder(dropout(), new Naive()).checkpoint(file, 0).build().run();
        byte[] before = Files.readAllBytes(file);
        ComputationGraph graph = dropout();
        float[] parameters = graph.params().toFloatVector();
        ContinualTrainer other = builder(graph, new Naive()).seed(8).checkpoint(file, 0).build();
        String message = assertThrows(IllegalArgumentException.class, other::run).getMessage();
        assertTrue(message.contains("another configuration"), message);
        assertArrayEquals(before, Files.readAllBytes(file));
        assertArrayEquals(parameters, graph.params().toFloatVector());
        before[before.length / 2] ^= 1;
        Files.write(file, before);
        ContinualTrainer broken = builder(graph, new Naive()).checkpoint(file, 0).build();
        message = assertThrows(IllegalArgumentException.class, broken::run).getMessage();
        assertTrue(message.contains("not a whole checkpoint"), message);
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        ContinualTrainer.Builder noMemory =
                new ContinualTrainer.Builder(Toy.mlp(), stream, new RecurrentKif.Builder().build());
        assertThrows(IllegalArgumentException.class, noMemory::build);
        assertThrows(IllegalArgumentException.class, () -> Budget.steps(0));
        assertThrows(
                IllegalArgumentException.class, new RecurrentKif.Builder().innerSteps(0)::build);
        assertThrows(
                IllegalArgumentException.class, new RecurrentKif.Builder().outerSteps(0)::build);
        ContinualTrainer small =
                new ContinualTrainer.Builder(Toy.mlp(), stream, new RecurrentKif.Builder().build())
                        .memory(new FractionMemory())
                        .budget(Budget.steps(4))
                        .scoreBefore(false)
                        .build();
        assertTrue(
                assertThrows(IllegalStateException.class, small::run)
                        .getMessage()
                        .contains("allows no step"));
    }

    @Test
    void anEmptyMemoryIsNamedBeforeTheTaskThatNeedsIt() {
        Memory keepsNothing =
                new Memory() {
                    @Override
                    public void add(int task, TaskData data, RandomGenerator random) {}

                    @Override
                    public String describe() {
                        return "nothing";
                    }
                };
        ContinualTrainer trainer =
                new ContinualTrainer.Builder(Toy.mlp(), stream, new RecurrentKif.Builder().build())
                        .memory(keepsNothing)
                        .build();
        String message = assertThrows(IllegalStateException.class, trainer::run).getMessage();
        assertTrue(message.contains("memory is empty at task 'permutation 1'"), message);
    }

    private ContinualResult run(ContinualMethod method) {
        return new ContinualTrainer.Builder(Toy.mlp(), stream, method)
                .memory(new FractionMemory(0.1, true))
                .budget(Budget.steps(120))
                .build()
                .run();
    }

    private static ComputationGraph dropout() {
        return Toy.mlp(new Adam(0.01), DataType.FLOAT, 0.3, true);
    }

    private static ContinualTrainer.Builder builder(
            ComputationGraph graph, ContinualMethod method) {
        return new ContinualTrainer.Builder(graph, Toy.permuted(3, 100, 10), method)
                .memory(new FractionMemory(0.1, true))
                .earlyStopping(new EarlyStopping(10, 0, 20))
                .budget(Budget.steps(35))
                .scoreBefore(false);
    }
}
