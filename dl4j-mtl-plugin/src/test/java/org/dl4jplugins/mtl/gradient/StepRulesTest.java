package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Writing gradients, absent tasks, numbers that are not finite, bad input. */
class StepRulesTest {

    private static final WorkspaceMode WS = WorkspaceMode.ENABLED;

    /** Runs an action at every step. */
    static final class Action extends TaskGradientListener {
        final Consumer<TaskGradients> action;
        int calls;

        Action(Consumer<TaskGradients> action) {
            this.action = action;
        }

        @Override
        protected void onTaskGradients(ComputationGraph model, TaskGradients gradients) {
            calls++;
            action.accept(gradients);
        }
    }

    static ComputationGraph cnn(int tasks) {
        return Nets.cnn(tasks, WS, DataType.DOUBLE, null);
    }

    static MultiDataSet images(int tasks) {
        return Nets.batch(DataType.DOUBLE, tasks, 1, 4, 2, 6, 6);
    }

    static double distance(ComputationGraph a, ComputationGraph b) {
        return a.params().sub(b.params()).amaxNumber().doubleValue();
    }

    @Test
    void combiningWithOnesIsOrdinaryTraining() {
        ComputationGraph plain = cnn(3);
        ComputationGraph a = cnn(3);
        ComputationGraph b = cnn(3);
        ComputationGraph c = cnn(3);
        double[] ones = {1, 1, 1};
        a.setListeners(new Action(g -> g.combine(ones)));
        b.setListeners(
                new Action(
                        g -> {
                            g.matrix();
                            g.layers().forEach(l -> g.combine(l.name(), ones));
                        }));
        c.setListeners(new Action(g -> g.replace(g.matrix().sum(0))));
        for (ComputationGraph g : List.of(plain, a, b, c)) {
            g.fit(images(3));
            g.fit(images(3));
        }
        assertTrue(distance(plain, a) < 1e-12);
        assertTrue(distance(plain, b) < 1e-12);
        assertTrue(distance(plain, c) < 1e-12);
    }

    /**
     * Weight 2 for one task: as if its labels' mask were 2, on shared and not on own parameters.
     */
    @Test
    void combiningWeighsSharedParametersOnly() {
        double lr = 0.1;
        ComputationGraph before = cnn(2);
        ComputationGraph graph = cnn(2);
        List<INDArray> rows = new ArrayList<>();
        graph.setListeners(
                new Action(
                        g -> {
                            g.combine(new double[] {2, 0.5});
                            rows.add(g.layer("c1").dup());
                        }));
        ComputationGraph plain = cnn(2);
        plain.fit(images(2));
        graph.fit(images(2));
        INDArray step = before.getLayer("c1").params().sub(graph.getLayer("c1").params());
        INDArray expected = rows.get(0).getRow(0).mul(2).add(rows.get(0).getRow(1).mul(0.5));
        assertTrue(step.sub(expected.mul(lr)).amaxNumber().doubleValue() < 1e-12);
        for (String own : List.of("own", "task0", "task1")) {
            assertEquals(plain.getLayer(own).params(), graph.getLayer(own).params(), own);
        }
        for (String statistics : List.of("bn1_mean", "bn1_var", "bn2_mean", "bn2_var")) {
            assertEquals(plain.getParam(statistics), graph.getParam(statistics), statistics);
        }
    }

    @Test
    void replacingOneLayerLeavesTheOthers() {
        ComputationGraph plain = cnn(2);
        ComputationGraph graph = cnn(2);
        graph.setListeners(new Action(g -> g.replace("bn1", Nd4j.zeros(DataType.DOUBLE, 6))));
        ComputationGraph start = cnn(2);
        plain.fit(images(2));
        graph.fit(images(2));
        assertEquals(start.getParam("bn1_gamma"), graph.getParam("bn1_gamma"));
        assertEquals(plain.getParam("bn1_mean"), graph.getParam("bn1_mean"));
        assertEquals(plain.getParam("c1_W"), graph.getParam("c1_W"));
    }

    @Test
    void severalListenersSeeTheSameAndStepsNobodyWantsAreLeftOut() {
        ComputationGraph graph = cnn(2);
        Action all = new Action(TaskGradients::gramians);
        class EverySecond extends TaskGradientListener {
            int calls;

            @Override
            protected boolean wanted(int iteration) {
                return iteration % 2 == 1;
            }

            @Override
            protected void onTaskGradients(ComputationGraph model, TaskGradients gradients) {
                calls++;
            }
        }
        EverySecond some = new EverySecond();
        graph.setListeners(some);
        for (int i = 0; i < 3; i++) {
            graph.fit(images(2));
        }
        assertEquals(1, some.calls);
        graph.setListeners(some, all);
        graph.fit(images(2));
        assertEquals(2, some.calls);
        assertEquals(1, all.calls);
    }

    /** A gradient that the difference would lose in rounding: the task is walked by itself. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void smallGradientsAreNotLostBesideLargeOnes(int small) {
        MultiDataSet batch = Nets.batch(DataType.FLOAT, 2, 3, 5, 4);
        Exactness.Recorder plain = new Exactness.Recorder();
        ComputationGraph graph = Nets.mlp(2, WS, DataType.FLOAT, new Sgd(0.1));
        graph.setListeners(plain);
        graph.fit(batch);
        Exactness.Recorder weighed = new Exactness.Recorder();
        graph = Nets.mlp(2, WS, DataType.FLOAT, new Sgd(0.0));
        var head = (BaseOutputLayer) graph.getLayer("task" + small).conf().getLayer();
        graph.setListeners(weighed);
        // Largest at the first step, so that the second takes this task for the remainder.
        for (double weight : new double[] {10, 1e-6, 1e-6}) {
            head.setLossFn(new LossMCXENT(Nd4j.valueArrayOf(new long[] {1, Nets.CLASSES}, weight)));
            graph.fit(batch);
            INDArray expected = plain.matrices.get(0).getRow(small).mul(weight);
            INDArray actual = weighed.matrices.get(weighed.matrices.size() - 1).getRow(small);
            assertEquals(0, Exactness.distance(actual, expected), 1e-6);
        }
    }

    @Test
    void absentTasksHaveZeroGradients() {
        ComputationGraph graph = cnn(3);
        MultiDataSet b = images(3);
        INDArray none = Nd4j.zeros(DataType.DOUBLE, 4, 1);
        b.setLabelsMaskArray(new INDArray[] {none, null, none});
        boolean[] present = new boolean[3];
        Exactness.Recorder recorder = new Exactness.Recorder();
        Action action =
                new Action(
                        g -> {
                            for (int t = 0; t < 3; t++) {
                                present[t] = g.present(t);
                            }
                        });
        Exactness.Full full = new Exactness.Full();
        graph.setListeners(action, recorder, full);
        graph.fit(b);
        assertFalse(present[0] || present[2]);
        assertTrue(present[1]);
        INDArray m = recorder.matrices.get(0);
        assertEquals(0, m.getRow(0).amaxNumber().doubleValue());
        assertEquals(0, m.getRow(2).amaxNumber().doubleValue());
        INDArray whole = Exactness.shared(graph, full.gradients.get(0));
        assertEquals(whole, m.getRow(1).mul(4));
        assertEquals(0, recorder.losses.get(0)[2]);
    }

    @ParameterizedTest
    @EnumSource(OnNonFinite.class)
    void lossThatIsNotFinite(OnNonFinite action) {
        check(action, null, b -> b.getLabels(1).putScalar(0, 0, Double.NaN));
    }

    /** Finite losses, but the input gradient of the first layer overflows. */
    @ParameterizedTest
    @EnumSource(OnNonFinite.class)
    void gradientThatIsNotFinite(OnNonFinite action) {
        ComputationGraph graph = Nets.mlp(2, WS, DataType.DOUBLE, new Adam(0.1));
        MultiDataSet batch = Nets.batch(DataType.DOUBLE, 2, 3, 5, 4);
        graph.fit(batch);
        batch.getFeatures(0).putScalar(0, 0, Double.POSITIVE_INFINITY);
        check(graph, batch, action, "d1");
    }

    private static void check(OnNonFinite action, String layer, Consumer<MultiDataSet> spoil) {
        ComputationGraph graph = Nets.mlp(2, WS, DataType.DOUBLE, new Adam(0.1));
        MultiDataSet batch = Nets.batch(DataType.DOUBLE, 2, 3, 5, 4);
        graph.fit(batch);
        spoil.accept(batch);
        check(graph, batch, action, layer);
    }

    private static void check(
            ComputationGraph graph, MultiDataSet bad, OnNonFinite action, String layer) {
        Action listener = new Action(g -> {});
        listener.setOnNonFinite(action);
        graph.setListeners(listener);
        INDArray params = graph.params().dup();
        INDArray state = graph.getUpdater().getUpdaterStateViewArray().dup();
        if (action == OnNonFinite.STOP) {
            var e = assertThrows(NonFiniteGradientException.class, () -> graph.fit(bad));
            assertEquals(layer, e.layer());
            assertTrue(e.getMessage().contains(e.task()));
        } else {
            graph.fit(bad);
            assertEquals(2, graph.getIterationCount());
        }
        assertEquals(0, listener.calls);
        assertEquals(params, graph.params());
        assertEquals(state, graph.getUpdater().getUpdaterStateViewArray());
        graph.fit(Nets.batch(DataType.DOUBLE, 2, 3, 5, 4));
        assertEquals(1, listener.calls);
        assertNotEquals(params, graph.params());
        assertTrue(Double.isFinite(graph.params().sumNumber().doubleValue()));
    }

    /** A dropout whose backward pass draws anew. */
    static final class Resampling implements IDropout {
        private static final long serialVersionUID = 1;

        @Override
        public INDArray applyDropout(
                INDArray in, INDArray out, int iteration, int epoch, LayerWorkspaceMgr m) {
            return out.assign(in);
        }

        @Override
        public INDArray backprop(INDArray out, INDArray in, int iteration, int epoch) {
            return in.muli(Nd4j.rand(DataType.DOUBLE, in.shape()));
        }

        @Override
        public void clear() {}

        @Override
        public IDropout clone() {
            return this;
        }
    }

    @Test
    void layerThatDoesNotRepeatIsRefusedByName() {
        refusesToRepeat(new DenseLayer.Builder().nIn(4).nOut(4).dropOut(new Resampling()).build());
        refusesToRepeat(new DropoutLayer.Builder(new Resampling()).build());
    }

    private static void refusesToRepeat(Layer bad) {
        var b = Zoo.start(WS);
        b.addLayer("first", new DenseLayer.Builder().nIn(4).nOut(4).build(), "in");
        b.addLayer("below", new DenseLayer.Builder().nIn(4).nOut(4).build(), "first");
        b.addLayer("bad", bad, "below");
        b.addLayer("above", new DenseLayer.Builder().nIn(4).nOut(4).build(), "bad");
        ComputationGraph graph = Nets.finish(b, "above", 4, 2);
        INDArray params = graph.params().dup();
        graph.setListeners(new Action(g -> {}));
        var e =
                assertThrows(
                        IllegalStateException.class,
                        () -> graph.fit(Nets.batch(DataType.DOUBLE, 2, 3, 5, 4)));
        assertTrue(e.getMessage().contains("layer \"bad\" gives another"), e.getMessage());
        assertEquals(params, graph.params());
    }

    @Test
    void badInput() {
        Action listener = new Action(g -> {});
        refused(Nets.mlp(1, WS, DataType.DOUBLE, new Sgd(1)), 1, listener, "at least two outputs");

        var b = Zoo.start(WS);
        b.addLayer("d", new DenseLayer.Builder().nIn(4).nOut(4).build(), "in");
        b.addLayer("task0", Nets.softmax(4), "d");
        b.addLayer("features", new DenseLayer.Builder().nIn(4).nOut(3).build(), "d");
        b.setOutputs("task0", "features");
        refused(Nets.init(b), 2, listener, "\"features\" is not a loss layer");

        ComputationGraph graph = Nets.mlp(2, WS, DataType.DOUBLE, new Sgd(1));
        graph.setListeners(listener);
        INDArray params = graph.params().dup();
        MultiDataSet batch = Nets.batch(DataType.DOUBLE, 2, 3, 5, 4);
        batch.setLabels(1, Nets.batch(DataType.DOUBLE, 2, 3, 6, 4).getLabels(1));
        var e = assertThrows(IllegalArgumentException.class, () -> graph.fit(batch));
        assertTrue(e.getMessage().contains("\"task1\"") && e.getMessage().contains("6 examples"));
        assertEquals(params, graph.params());
    }

    private static void refused(
            ComputationGraph graph, int tasks, TaskGradientListener listener, String message) {
        INDArray params = graph.params().dup();
        graph.setListeners(listener);
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> graph.fit(Nets.batch(DataType.DOUBLE, tasks, 3, 5, 4)));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(params, graph.params());
        assertThrows(IllegalArgumentException.class, () -> SharedLayers.of(graph));
    }

    @Test
    void badArguments() {
        ComputationGraph graph = cnn(2);
        graph.setListeners(
                new Action(
                        g -> {
                            bad("task2", () -> g.task("task2"));
                            bad("nowhere", () -> g.layer("nowhere"));
                            bad("own", () -> g.combine("own", new double[2]));
                            bad("3 values", () -> g.combine(new double[3]));
                            bad("NaN", () -> g.combine(new double[] {1, Double.NaN}));
                            bad("7 values", () -> g.replace(Nd4j.zeros(7)));
                            bad("7 values", () -> g.replace("bn1", Nd4j.zeros(7)));
                        }));
        graph.fit(images(2));
    }

    private static void bad(String message, Runnable action) {
        var e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void sharedLayersLeaveOutPrivateOnesAndRunningStatistics() {
        assertEquals(
                List.of(
                        new SharedLayer("c1", 54),
                        new SharedLayer("bn1", 6),
                        new SharedLayer("c2", 81),
                        new SharedLayer("bn2", 6),
                        new SharedLayer("c3", 8),
                        new SharedLayer("fc", 24)),
                SharedLayers.of(cnn(3)));
    }

    @Test
    void gramiansAreCopiesAndNamed() {
        double[][][] g = {{{4, 2}, {2, 9}}, {{0, 0}, {0, 1}}};
        LayerGramians m = new LayerGramians(List.of("a", "b"), List.of("x", "y"), g);
        g[0][0][0] = 7;
        m.total()[0][0] = 8;
        assertEquals(4, m.total()[0][0]);
        assertEquals(10, m.total()[1][1]);
        assertEquals(1. / 3, m.cosine("x", 0, 1), 1e-15);
        assertEquals(0, m.cosine("y", 0, 1));
        bad("nowhere", () -> m.gramian("nowhere"));
        bad("2 matrices", () -> new LayerGramians(List.of("a", "b"), List.of("x"), g));
        bad("twice", () -> new LayerGramians(List.of("a", "b"), List.of("x", "x"), g));
        bad("3 x 3", () -> new LayerGramians(List.of("a", "b", "c"), List.of("x", "y"), g));
    }
}
