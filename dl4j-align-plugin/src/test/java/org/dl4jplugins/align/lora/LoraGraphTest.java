package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Graphs that touch only what learns, beside plain ones. */
class LoraGraphTest {
    private static ComputationGraph adapted(BasePlacement placement) {
        return new LoraTransformer.Builder(AdapterNets.plain(DataType.FLOAT))
                .config(AdapterNets.config("one", 2).base(placement).build())
                .build()
                .transform();
    }

    private static DataSet data() {
        Nd4j.getRandom().setSeed(4);
        INDArray labels = Nd4j.zeros(6, 2);
        for (int i = 0; i < 6; i++) {
            labels.putScalar(i, i % 2, 1);
        }
        return new DataSet(Nd4j.randn(DataType.FLOAT, 6, 4), labels);
    }

    private static void train(ComputationGraph graph) {
        for (int i = 0; i < 5; i++) {
            graph.fit(data());
        }
    }

    @Test
    void learnsWhatAPlainGraphLearns(@TempDir File folder) throws IOException {
        ComputationGraph graph = adapted(BasePlacement.INSIDE);
        ComputationGraph plain = graph.clone();
        assertEquals(ComputationGraph.class, plain.getClass());
        INDArray before = graph.params().dup();
        AtomicInteger steps = new AtomicInteger();
        graph.setListeners(
                new BaseTrainingListener() {
                    @Override
                    public void iterationDone(Model model, int iteration, int epoch) {
                        steps.incrementAndGet();
                    }
                });
        train(graph);
        train(plain);
        assertEquals(plain.params(), graph.params());
        assertNotEquals(before, graph.params());
        assertEquals(before.length(), graph.getFlattenedGradients().length());
        assertEquals(5, steps.get());
        assertEquals(
                plain.getUpdater().getUpdaterStateViewArray(),
                graph.getUpdater().getUpdaterStateViewArray());
        File file = new File(folder, "graph.zip");
        graph.save(file, true);
        ComputationGraph loaded = ComputationGraph.load(file, true);
        train(loaded);
        train(graph);
        assertEquals(loaded.params(), graph.params());
    }

    @Test
    void frozenParametersHaveNoGradient() {
        ComputationGraph graph = adapted(BasePlacement.INSIDE);
        INDArray w = graph.getLayer("a").getParam("W").dup();
        train(graph);
        assertEquals(w, graph.getLayer("a").getParam("W"));
        INDArray gradient = graph.getFlattenedGradients();
        for (long i = 0; i < w.length(); i++) {
            assertEquals(0, gradient.getDouble(0, i));
        }
    }

    @Test
    void stepsReachWhatLearnsAlone() {
        ComputationGraph graph = adapted(BasePlacement.INSIDE);
        TrainedStep step = new TrainedStep(List.of(graph.getLayers()));
        INDArray parameters = Nd4j.zeros(DataType.FLOAT, 1, graph.numParams());
        step.step(parameters, Nd4j.ones(DataType.FLOAT, graph.numParams()));
        assertEquals(-step.trained(), parameters.sumNumber().longValue());
        assertTrue(step.trained() > 0 && step.trained() < graph.numParams());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> step.step(parameters, Nd4j.ones(DataType.FLOAT, 3)));
        assertTrue(e.getMessage().endsWith(graph.numParams() + " and 3"), e.getMessage());
    }

    @Test
    void zerosTakeMemoryOnceWritten() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), "Linux alone tells its memory there");
        long before = resident(status);
        INDArray zeros = LazyZeros.create(DataType.FLOAT, 100_000_000);
        assertEquals(0, zeros.getDouble(0, 99_999_999));
        zeros.putScalar(0, 5, 2);
        assertEquals(2, zeros.getDouble(0, 5));
        assertTrue(resident(status) - before < 100_000, "KB of 400 MB");
    }

    private static long resident(Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(l -> l.startsWith("RssAnon"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
