package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.OnNonFinite;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.model.ResNet18;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ConflictListenerTest {

    private static ComputationGraph graph(int hidden, String... tasks) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .dataType(DataType.DOUBLE)
                        .updater(new Sgd(0.1))
                        .graphBuilder()
                        .addInputs("x")
                        .addLayer(
                                "low",
                                new DenseLayer.Builder()
                                        .nOut(hidden)
                                        .activation(Activation.TANH)
                                        .build(),
                                "x")
                        .addLayer(
                                "high",
                                new DenseLayer.Builder()
                                        .nOut(3)
                                        .activation(Activation.TANH)
                                        .build(),
                                "low");
        for (String task : tasks) {
            builder.addLayer(
                    task,
                    new OutputLayer.Builder(LossFunction.MSE)
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .build(),
                    "high");
        }
        ComputationGraph graph =
                new ComputationGraph(
                        builder.setOutputs(tasks).setInputTypes(InputType.feedForward(4)).build());
        graph.init();
        return graph;
    }

    private static MultiDataSet data(int tasks, long seed) {
        Nd4j.getRandom().setSeed(seed + 1); // 0 would mean a random seed
        INDArray[] labels = new INDArray[tasks];
        INDArray x = Nd4j.randn(DataType.DOUBLE, 6, 4);
        for (int t = 0; t < tasks; t++) {
            labels[t] = Nd4j.randn(DataType.DOUBLE, 6, 2);
        }
        return new MultiDataSet(new INDArray[] {x}, labels);
    }

    private static ConflictReport train(
            ConflictListener listener, ComputationGraph graph, int steps) {
        graph.setListeners(listener);
        for (int step = 0; step < steps; step++) {
            graph.fit(data(graph.getNumOutputArrays(), step));
        }
        return listener.report();
    }

    @Test
    void trainingIsNotChanged() {
        ComputationGraph watched = graph(5, "a", "b");
        ComputationGraph alone = graph(5, "a", "b");
        train(new ConflictListener.Builder().build(), watched, 5);
        for (int step = 0; step < 5; step++) {
            alone.fit(data(2, step));
        }
        assertEquals(alone.params(), watched.params());
    }

    @Test
    void epochsAreKeptApart() {
        ConflictListener listener =
                new ConflictListener.Builder().every(2).plannedIterations(6).build();
        ComputationGraph graph = graph(5, "a", "b");
        graph.setListeners(listener);
        graph.fit(new SingletonMultiDataSetIterator(data(2, 1)), 6);
        ConflictReport report = listener.report();
        assertEquals(List.of(0, 2, 4), report.epochs());
        assertEquals(3, report.iterations());
        assertEquals(2, report.every());
        assertEquals(1, report.layer("low").inEpoch(4).total());
    }

    @Test
    void someOfTheTasksByName() {
        ComputationGraph graph = graph(5, "a", "b", "c");
        ConflictReport all = train(new ConflictListener.Builder().build(), graph, 8);
        ConflictReport two =
                train(
                        new ConflictListener.Builder().tasks("c", "a").build(),
                        graph(5, "a", "b", "c"),
                        8);
        assertEquals(List.of("c", "a"), two.tasks());
        assertEquals(24, all.distribution("low").total());
        assertEquals(all.layer("low").distribution("a", "c"), two.distribution("low"));
        assertEquals(all.wholeModel().total(), 24);
        two.requireSameArchitecture(graph);
    }

    @Test
    void someOfTheLayersByName() {
        ConflictReport all = train(new ConflictListener.Builder().build(), graph(5, "a", "b"), 8);
        ConflictReport one =
                train(new ConflictListener.Builder().layers("high").build(), graph(5, "a", "b"), 8);
        assertEquals(List.of("high"), one.layerNames());
        assertEquals(all.distribution("high"), one.distribution("high"));
        assertEquals(one.distribution("high"), one.wholeModel());
        assertEquals(8, one.wholeModel().total());
        ConflictListener unknown = new ConflictListener.Builder().layers("high", "z").build();
        assertThrows(IllegalArgumentException.class, () -> train(unknown, graph(5, "a", "b"), 1));
    }

    @Test
    void anUnknownTaskIsRefusedBeforeAnythingChanges() {
        ComputationGraph graph = graph(5, "a", "b");
        INDArray before = graph.params().dup();
        ConflictListener listener = new ConflictListener.Builder().tasks("a", "z").build();
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> train(listener, graph, 1));
        assertTrue(refused.getMessage().contains("'z'"), refused.getMessage());
        assertTrue(refused.getMessage().contains("[a, b]"), refused.getMessage());
        assertEquals(before, graph.params());
    }

    @Test
    void tasksThatShareNothingAreRefused() {
        ComputationGraph apart =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("a", new OutputLayer.Builder().nOut(2).build(), "x")
                                .addLayer("b", new OutputLayer.Builder().nOut(2).build(), "x")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(4))
                                .build());
        apart.init();
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> train(new ConflictListener.Builder().build(), apart, 1));
        assertTrue(refused.getMessage().contains("share no layer"), refused.getMessage());
    }

    @Test
    void oneOutputIsRefusedBeforeAnythingChanges() {
        ComputationGraph graph = graph(5, "only");
        INDArray before = graph.params().dup();
        assertThrows(
                IllegalArgumentException.class,
                () -> train(new ConflictListener.Builder().build(), graph, 1));
        assertEquals(before, graph.params());
    }

    @Test
    void nonFiniteIterationsAreNotCounted() {
        ConflictListener listener = new ConflictListener.Builder().build();
        listener.setOnNonFinite(OnNonFinite.SKIP);
        ComputationGraph graph = graph(5, "a", "b");
        train(listener, graph, 3);
        MultiDataSet broken = data(2, 9);
        broken.getLabels(1).putScalar(0, 0, Double.NaN);
        graph.fit(broken);
        assertEquals(3, listener.report().iterations());
        graph.fit(data(2, 10));
        assertEquals(4, listener.report().iterations());
    }

    @Test
    void aListenerStaysWithOneArchitecture() {
        ConflictListener listener = new ConflictListener.Builder().build();
        assertThrows(IllegalStateException.class, listener::report);
        ConflictReport report = train(listener, graph(5, "a", "b"), 2);
        train(listener, graph(5, "a", "b"), 2);
        assertEquals(4, listener.report().iterations());
        ComputationGraph other = graph(6, "a", "b");
        assertThrows(IllegalStateException.class, () -> train(listener, other, 1));
        listener.reset();
        train(listener, other, 1);
        assertEquals(1, listener.report().iterations());

        report.requireSameArchitecture(graph(5, "a", "b"));
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> report.requireSameArchitecture(other));
        assertTrue(refused.getMessage().contains("low (25 parameters)"), refused.getMessage());
        assertTrue(refused.getMessage().contains("low (30 parameters)"), refused.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> report.requireSameArchitecture(graph(5, "a", "c")));
        assertThrows(
                IllegalArgumentException.class,
                () -> report.requireSameArchitecture(graph(5, "a")));
    }

    @Test
    void badSettingsAreRefused() {
        ConflictListener.Builder good = new ConflictListener.Builder();
        for (Runnable bad :
                List.<Runnable>of(
                        () -> new ConflictListener.Builder().thresholds().build(),
                        () -> new ConflictListener.Builder().thresholds(0.1).build(),
                        () -> new ConflictListener.Builder().thresholds(-1).build(),
                        () -> new ConflictListener.Builder().thresholds(Double.NaN).build(),
                        () -> new ConflictListener.Builder().every(0).build(),
                        () -> new ConflictListener.Builder().tasks("a").build(),
                        () -> new ConflictListener.Builder().tasks("a", "a").build(),
                        () -> new ConflictListener.Builder().bins(null).build(),
                        () -> new ConflictListener.Builder().plannedIterations(-1).build())) {
            assertThrows(IllegalArgumentException.class, bad::run);
        }
        good.thresholds(-0.123, 0, -0.123).build();
    }

    @Test
    void theReferencesRankingFitsResNet18AndItsTop25CostUnderTwoThirdsOfAMegabyte()
            throws IOException {
        ComputationGraph resNet =
                new ResNet18.Builder().task("left", 10).task("right", 10).build().init();
        List<SharedLayer> layers = SharedLayers.of(resNet);
        assertEquals(41, layers.size());
        LayerRanking ranking = LayerRankingTest.multiFashion();
        assertEquals(
                new HashSet<>(ranking.layers()),
                new HashSet<>(layers.stream().map(SharedLayer::name).toList()));
        List<String> top = ranking.top(25);
        long copied =
                layers.stream()
                        .filter(l -> top.contains(l.name()))
                        .mapToLong(SharedLayer::parameters)
                        .sum();
        // The paper: 42.81 MB become 43.43 MB.
        assertEquals(43.426 - 42.814, copied * 4 / 1048576.0, 0.001);
        assertEquals(
                41, IntStream.range(0, 41).filter(i -> layers.get(i).parameters() > 0).count());
    }
}
