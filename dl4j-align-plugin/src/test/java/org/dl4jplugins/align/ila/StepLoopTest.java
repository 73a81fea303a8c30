package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class StepLoopTest {

    /** With dropout and Adam, so that random numbers, updater state and counters matter. */
    private static ComputationGraph graph(int hidden) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.FLOAT)
                                .seed(3)
                                .updater(new Adam(0.02))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer(
                                        "hidden",
                                        new DenseLayer.Builder()
                                                .nIn(4)
                                                .nOut(hidden)
                                                .dropOut(0.7)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "in")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                                                .nIn(hidden)
                                                .nOut(2)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "hidden")
                                .setOutputs("out")
                                .build());
        graph.init();
        return graph;
    }

    /** Three batches, others in each epoch. */
    private static MultiDataSetIterator epoch(int epoch) {
        Random random = new Random(100 + epoch);
        List<MultiDataSet> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            INDArray x = Nd4j.create(random.doubles(20).toArray(), 5, 4).castTo(DataType.FLOAT);
            INDArray y = Nd4j.create(random.doubles(10).toArray(), 5, 2).castTo(DataType.FLOAT);
            batches.add(new org.nd4j.linalg.dataset.MultiDataSet(x, y));
        }
        return new IteratorMultiDataSetIterator(batches.iterator(), 5);
    }

    private static StabilityCriterion steps(int steps) {
        return new StabilityCriterion.Builder().minimumSteps(steps).maximumSteps(steps).build();
    }

    private static StepLoop loop(
            ComputationGraph graph, long seed, Path file, int every, int fail) {
        return new StepLoop(
                graph,
                StepLoopTest::epoch,
                seed,
                file == null ? null : new Checkpoint(file),
                every,
                (step, loss) -> {
                    if (step == fail) {
                        throw new IllegalStateException("interrupted");
                    }
                });
    }

    @Test
    void interruptedAnywhereItEndsAtTheSameBits(@TempDir Path folder) throws IOException {
        ComputationGraph whole = graph(6);
        double[] losses = loop(whole, 1, null, 1, -1).run(steps(10));
        assertEquals(10, losses.length);
        assertEquals(3, whole.getEpochCount());
        for (int every : new int[] {1, 2}) {
            for (int fail = 1; fail <= 10; fail++) {
                Path file = folder.resolve("every" + every + "-" + fail + ".zip");
                StepLoop first = loop(graph(6), 1, file, every, fail);
                assertThrows(IllegalStateException.class, () -> first.run(steps(10)));
                Nd4j.getRandom().setSeed(fail * 77L);
                ComputationGraph resumed = graph(6);
                assertArrayEquals(losses, loop(resumed, 1, file, every, -1).run(steps(10)));
                assertEquals(whole.params(), resumed.params());
                assertEquals(
                        whole.getUpdater().getStateViewArray(),
                        resumed.getUpdater().getStateViewArray());
                assertEquals(10, resumed.getIterationCount());
                assertEquals(3, resumed.getEpochCount());
            }
        }
    }

    @Test
    void seedsMatter() {
        double[] one = loop(graph(6), 1, null, 1, -1).run(steps(5));
        double[] again = loop(graph(6), 1, null, 1, -1).run(steps(5));
        double[] other = loop(graph(6), 2, null, 1, -1).run(steps(5));
        assertArrayEquals(one, again);
        assertNotEquals(one[4], other[4]);
    }

    @Test
    void whatDoesNotFitTheCheckpointIsNamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("state.zip");
        loop(graph(6), 1, file, 2, -1).run(steps(5));
        assertSaid("seed: 2", () -> loop(graph(6), 2, file, 2, -1).run(steps(9)));
        assertSaid("another network", () -> loop(graph(7), 1, file, 2, -1).run(steps(9)));
        IntFunction<MultiDataSetIterator> single =
                epoch -> {
                    MultiDataSetIterator all = epoch(epoch);
                    return new IteratorMultiDataSetIterator(List.of(all.next()).iterator(), 5);
                };
        StepLoop shorter =
                new StepLoop(graph(6), single, 1, new Checkpoint(file), 2, (step, loss) -> {});
        assertSaid("it is other data", () -> shorter.run(steps(9)));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        assertThrows(Exception.class, () -> loop(graph(6), 1, file, 2, -1).run(steps(9)));
    }

    @Test
    void noDataIsAnError() {
        StepLoop empty =
                new StepLoop(
                        graph(6),
                        epoch ->
                                new IteratorMultiDataSetIterator(
                                        new ArrayList<MultiDataSet>().iterator(), 5),
                        1,
                        null,
                        1,
                        (step, loss) -> {});
        assertSaid("epoch 0 has no batch", () -> empty.run(steps(9)));
    }

    private static void assertSaid(String part, Executable run) {
        String message = assertThrows(IllegalArgumentException.class, run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
