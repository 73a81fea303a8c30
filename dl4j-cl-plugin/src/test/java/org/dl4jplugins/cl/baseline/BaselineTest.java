package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.memory.ReservoirMemory;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BaselineTest {

    private final ContinualResult naive = run(new Naive());

    static List<Supplier<ContinualMethod>> methods() {
        return List.of(
                () -> Ewc.online(50, 0.9, 200),
                () -> Ewc.separate(50, 200),
                () -> new SynapticIntelligence(1, 0.1),
                AverageGem::new,
                Gem::new,
                Replay::alternating);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void forgetsLessThanNaiveTraining(Supplier<ContinualMethod> method) {
        ContinualResult result = run(method.get());
        assertTrue(
                result.matrix().backwardTransfer() > naive.matrix().backwardTransfer() + 4,
                naive + "\n" + result);
        assertEquals(List.of(120L, 120L, 120L), result.steps());
    }

    static List<Supplier<ContinualMethod>> resumable() {
        List<Supplier<ContinualMethod>> all = new ArrayList<>(methods());
        all.add(Joint::new);
        all.add(LearningWithoutForgetting::new);
        all.add(DarkExperienceReplay::new);
        return all;
    }

    @ParameterizedTest
    @MethodSource("resumable")
    void killedItEndsWithTheSameBits(Supplier<ContinualMethod> method, @TempDir Path folder) {
        killedItEndsWithTheSameBits(method, () -> new FractionMemory(0.1, true), folder);
    }

    private static void killedItEndsWithTheSameBits(
            Supplier<ContinualMethod> method, Supplier<Memory> memory, Path folder) {
        ComputationGraph whole = dropout();
        brief(whole, method.get()).memory(memory.get()).build().run();
        Path file = folder.resolve("checkpoint");
        Progress dies =
                new Progress() {
                    @Override
                    public void step(Learner learner, double loss) {
                        if (learner.steps() >= 20) {
                            throw new IllegalStateException("killed");
                        }
                    }
                };
        ContinualTrainer first =
                brief(dropout(), method.get())
                        .memory(memory.get())
                        .checkpoint(file, 4)
                        .progress(dies)
                        .build();
        assertThrows(IllegalStateException.class, first::run);
        ComputationGraph second = dropout();
        brief(second, method.get()).memory(memory.get()).checkpoint(file, 4).build().run();
        assertArrayEquals(whole.params().toFloatVector(), second.params().toFloatVector(), 0f);
    }

    /** As with LoRA: most weights are frozen; listeners may save the model at any step. */
    @ParameterizedTest
    @MethodSource("resumable")
    void frozenWeightsStayAndTheConfigurationToo(Supplier<ContinualMethod> method) {
        var configuration = Toy.mlp().getConfiguration().clone();
        var hidden = (LayerVertex) configuration.getVertices().get("hidden");
        var frozenLayer = new FrozenLayerWithBackprop(hidden.getLayerConf().getLayer());
        frozenLayer.setLayerName("hidden");
        hidden.getLayerConf().setLayer(frozenLayer);
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        String json = graph.getConfiguration().toJson();
        String counts = "\"(iteration|epoch)Count\"\\s*:\\s*\\d+";
        graph.setListeners(
                new BaseTrainingListener() {
                    @Override
                    public void iterationDone(Model model, int iteration, int epoch) {
                        assertEquals(
                                json.replaceAll(counts, ""),
                                graph.getConfiguration().toJson().replaceAll(counts, ""));
                    }
                });
        float[] frozen = graph.getLayer("hidden").params().toFloatVector();
        INDArray trained = graph.getLayer("out").params().dup();
        ContinualResult result =
                brief(graph, method.get()).memory(new FractionMemory(0.1, true)).build().run();
        assertArrayEquals(frozen, graph.getLayer("hidden").params().toFloatVector(), 0f);
        assertNotEquals(trained, graph.getLayer("out").params());
        assertEquals(3, result.steps().size());
    }

    /** The penalty's gradient by hand, in one step of gradient descent. */
    @Test
    void ewcAddsItsPenalty() {
        double rate = 0.1;
        double lambda = 3;
        ComputationGraph graph = Toy.mlp(new Sgd(rate), DataType.DOUBLE, 0, false);
        TaskStream stream = Toy.permuted(2, 20, 10);
        ComputationGraph twin = graph.clone();
        train(graph, stream, Ewc.separate(lambda, 20), 2);

        List<MultiDataSet> first = batches(stream, 0);
        twin.fit(first.get(0));
        twin.fit(first.get(1));
        double[] anchor = twin.params().toDoubleVector();
        double[] fisher = new double[anchor.length];
        MultiDataSet all = Toy.data(0, 20, 1);
        for (int i = 0; i < 20; i++) {
            ComputationGraph one = twin.clone();
            one.fit(Rows.of(all, i));
            double[] moved = one.params().toDoubleVector();
            for (int p = 0; p < fisher.length; p++) {
                fisher[p] += Math.pow((anchor[p] - moved[p]) / rate, 2) / 20;
            }
        }
        for (MultiDataSet batch : batches(stream, 1)) {
            double[] before = twin.params().toDoubleVector();
            twin.fit(batch);
            for (int p = 0; p < fisher.length; p++) {
                double penalty = lambda * fisher[p] * (before[p] - anchor[p]);
                twin.params().putScalar(p, twin.params().getDouble(p) - rate * penalty);
            }
        }
        assertArrayEquals(twin.params().toDoubleVector(), graph.params().toDoubleVector(), 1e-9);
    }

    @Test
    void alternatingReplayTakesOneBatchPerStep() {
        List<Integer> rows = new ArrayList<>();
        ComputationGraph graph = Toy.mlp();
        graph.setListeners(
                new BaseTrainingListener() {
                    @Override
                    public void onGradientCalculation(Model model) {
                        rows.add(((ComputationGraph) model).batchSize());
                    }
                });
        ContinualResult result =
                brief(graph, Replay.alternating())
                        .memory(new FractionMemory(0.1, true))
                        .build()
                        .run();
        assertEquals(result.steps().stream().mapToLong(Long::longValue).sum(), rows.size());
        assertEquals(List.of(10), rows.stream().distinct().toList());
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Ewc.separate(-1, 5));
        assertThrows(IllegalArgumentException.class, () -> Ewc.online(1, 0, 5));
        assertThrows(IllegalArgumentException.class, () -> Ewc.online(1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new AverageGem(-1));
        assertThrows(IllegalArgumentException.class, () -> new Replay(-1));
        TaskStream stream = Toy.permuted(2, 20, 10);
        for (ContinualMethod method : List.of(new Replay(), new AverageGem())) {
            var builder = new ContinualTrainer.Builder(Toy.mlp(), stream, method);
            assertThrows(IllegalArgumentException.class, builder::build);
        }
    }

    private static ContinualResult run(ContinualMethod method) {
        return train(Toy.mlp(), Toy.permuted(3, 200, 10), method, 120);
    }

    private static ContinualResult train(
            ComputationGraph graph, TaskStream stream, ContinualMethod method, int steps) {
        return new ContinualTrainer.Builder(graph, stream, method)
                .memory(new FractionMemory(0.1, true))
                .budget(Budget.steps(steps))
                .scoreBefore(false)
                .build()
                .run();
    }

    private static ComputationGraph dropout() {
        return Toy.mlp(new Adam(0.01), DataType.FLOAT, 0.3, true);
    }

    @Test
    void killedWithAReservoirThatFillsWhileTrainingItEndsWithTheSameBits(@TempDir Path folder) {
        killedItEndsWithTheSameBits(
                DarkExperienceReplay::new, () -> new ReservoirMemory(30, true), folder);
    }

    private static ContinualTrainer.Builder brief(ComputationGraph graph, ContinualMethod method) {
        return new ContinualTrainer.Builder(graph, Toy.permuted(3, 30, 10), method)
                .budget(Budget.steps(9))
                .scoreBefore(false);
    }

    private static List<MultiDataSet> batches(TaskStream stream, int task) {
        List<MultiDataSet> all = new ArrayList<>();
        stream.task(task).train().open(0).forEachRemaining(all::add);
        return all;
    }
}
