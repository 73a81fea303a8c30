package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.AdapterPerTask.Start;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.EarlyStopping;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

class AdapterPerTaskTest {

    private final TaskStream stream = Toy.permuted(3, 200, 10);

    @ParameterizedTest
    @EnumSource(Start.class)
    void nothingIsForgotten(Start start) {
        ComputationGraph graph = normalized(DataType.FLOAT);
        AdapterPerTask method = new AdapterPerTask(null, start);
        ContinualResult result =
                Trials.train(graph, stream, method, 120).scoreBefore(true).build().run();
        ContinualResult naive =
                Trials.train(normalized(DataType.FLOAT), stream, new Naive(), 120).build().run();
        assertEquals(0, result.matrix().backwardTransfer());
        assertTrue(
                result.matrix().overallPerformance() > naive.matrix().overallPerformance() + 5,
                naive + "\n" + result);
        double[] initial = new StreamEvaluation(stream).row(normalized(DataType.FLOAT), -1);
        boolean unchanged = result.matrix().accuracy(0, 2) == initial[2];
        assertEquals(start == Start.INITIAL, unchanged, result.toString());
        for (int task = 0; task < 3; task++) {
            method.load(graph, task);
            assertEquals(
                    result.matrix().accuracy(2, task),
                    new StreamEvaluation(stream).row(graph, 2)[task]);
        }
        assertThrows(IllegalArgumentException.class, () -> method.load(graph, 3));
    }

    /** A task learned after others ends with the bits it would have alone. */
    @Test
    void tasksDoNotMeet() {
        ComputationGraph both = normalized(DataType.DOUBLE);
        AdapterPerTask method = new AdapterPerTask();
        Trials.train(both, Toy.permuted(2, 50, 10), method, 20).build().run();
        float[] second = both.params().toFloatVector();
        ComputationGraph alone = normalized(DataType.DOUBLE);
        TaskStream one = new TaskStream.Builder().add(Toy.permuted(2, 50, 10).task(1)).build();
        Trials.train(alone, one, new Naive(), 20).build().run();
        assertArrayEquals(alone.params().toFloatVector(), second);
        method.load(both, 0);
        assertNotEquals(alone.params(), both.params());
    }

    @Test
    void whatIsNotSelectedIsShared() {
        ComputationGraph graph = Toy.mlp();
        AdapterPerTask method = new AdapterPerTask("out_.*", Start.INITIAL);
        Trials.train(graph, Toy.permuted(2, 50, 10), method, 20).build().run();
        var hidden = graph.getParam("hidden_W").dup();
        var head = graph.getParam("out_W").dup();
        method.load(graph, 0);
        assertEquals(hidden, graph.getParam("hidden_W"));
        assertNotEquals(head, graph.getParam("out_W"));
    }

    @ParameterizedTest
    @EnumSource(Start.class)
    void killedItEndsWithTheSameBits(Start start, @TempDir Path folder) {
        Trials.resumes(
                () -> Toy.mlp(new Adam(0.01), DataType.FLOAT, 0.3, true),
                () -> new AdapterPerTask(null, start),
                folder);
    }

    @Test
    void earlyStoppingScoresOldTasksWithTheirValues() {
        double[] best = new double[1];
        ComputationGraph graph = Toy.mlp();
        Trials.train(graph, stream, new AdapterPerTask(), 60)
                .earlyStopping(new EarlyStopping(20, 0, 40))
                .progress(
                        new Progress() {
                            @Override
                            public void validated(Learner learner, double score, boolean better) {
                                best[0] = score;
                            }
                        })
                .build()
                .run();
        assertTrue(best[0] > 75, "validation " + best[0]);
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AdapterPerTask(null, null));
        ContinualTrainer.Builder nothing =
                Trials.train(Toy.mlp(), stream, new AdapterPerTask("lora", Start.INITIAL), 1);
        String message = assertThrows(IllegalArgumentException.class, nothing::build).getMessage();
        assertTrue(message.contains("hidden_W"), message);
    }

    private static ComputationGraph normalized(DataType type) {
        return Toy.mlp(new Adam(0.01), type, 0, true);
    }
}
