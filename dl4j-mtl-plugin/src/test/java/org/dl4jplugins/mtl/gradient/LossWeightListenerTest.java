package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Weighted losses in one backward pass are what weighted task gradients would be. */
class LossWeightListenerTest {

    static class Fixed extends LossWeightListener {
        final double[] weights;
        final List<double[]> losses = new ArrayList<>();

        Fixed(double... weights) {
            this.weights = weights;
        }

        @Override
        protected double[] weights(ComputationGraph model, double[] l, boolean[] present) {
            losses.add(l);
            return weights;
        }
    }

    static Stream<Arguments> graphs() {
        return Stream.of(Zoo.CNN_DROPOUT, Zoo.MLP_DROPOUTS, Zoo.SHARED_HEAD, Zoo.LSTM_MASKED)
                .flatMap(
                        z ->
                                Stream.of(
                                        Arguments.of(z, WorkspaceMode.NONE),
                                        Arguments.of(z, WorkspaceMode.ENABLED)));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void equalsCombinedTaskGradients(Zoo kind, WorkspaceMode mode) {
        double[] w = {0.3, 2, 1};
        ComputationGraph cheap = kind.graph(mode, 3);
        ComputationGraph full = kind.graph(mode, 3);
        Fixed fixed = new Fixed(w);
        cheap.setListeners(fixed);
        Exactness.Recorder recorder = new Exactness.Recorder();
        full.setListeners(
                recorder,
                new TaskGradientListener() {
                    @Override
                    protected void onTaskGradients(ComputationGraph model, TaskGradients g) {
                        g.combine(w);
                    }
                });
        for (int i = 0; i < 3; i++) {
            MultiDataSet b = kind.batch(3, i);
            Nd4j.getRandom().setSeed(5);
            cheap.fit(b);
            Nd4j.getRandom().setSeed(5);
            full.fit(b);
            assertEquals(full.score(), cheap.score(), 1e-12);
            assertArrayEquals(recorder.losses.get(i), fixed.losses.get(i), 1e-12);
            double d = full.params().sub(cheap.params()).amaxNumber().doubleValue();
            assertEquals(0, d, 1e-12, "step " + i);
        }
        assertEquals(full.getConfiguration().toJson(), cheap.getConfiguration().toJson());
    }

    @Test
    void absentTasksNeedNoWeight() {
        ComputationGraph a = Zoo.CNN.graph(WorkspaceMode.ENABLED, 2);
        ComputationGraph b = Zoo.CNN.graph(WorkspaceMode.ENABLED, 2);
        MultiDataSet batch = Zoo.CNN.batch(2, 1);
        batch.setLabelsMaskArray(new INDArray[] {null, Nd4j.zeros(DataType.DOUBLE, 4, 1)});
        Fixed fixed = new Fixed(1, Double.NaN);
        a.setListeners(fixed);
        a.fit(batch);
        b.fit(batch);
        assertEquals(1, fixed.losses.size());
        assertEquals(b.params(), a.params());
    }

    @ParameterizedTest
    @EnumSource(OnNonFinite.class)
    void lossThatIsNotFinite(OnNonFinite action) {
        check(action, null, 0, b -> b.getLabels(1).putScalar(0, 0, Double.NaN));
    }

    /** Finite losses, but the input gradient of the first layer overflows. */
    @ParameterizedTest
    @EnumSource(OnNonFinite.class)
    void gradientThatIsNotFinite(OnNonFinite action) {
        check(action, "d1", 1, b -> b.getFeatures(0).putScalar(0, 0, Double.POSITIVE_INFINITY));
    }

    private static void check(
            OnNonFinite action, String layer, int asked, Consumer<MultiDataSet> spoil) {
        ComputationGraph graph = Nets.mlp(2, WorkspaceMode.ENABLED, DataType.DOUBLE, new Adam(0.1));
        graph.fit(Nets.batch(DataType.DOUBLE, 2, 3, 5, 4));
        MultiDataSet bad = Nets.batch(DataType.DOUBLE, 2, 3, 5, 4);
        spoil.accept(bad);
        Fixed fixed = new Fixed(2, 3);
        fixed.setOnNonFinite(action);
        graph.setListeners(fixed);
        String json = graph.getConfiguration().toJson();
        INDArray params = graph.params().dup();
        INDArray state = graph.getUpdater().getUpdaterStateViewArray().dup();
        if (action == OnNonFinite.STOP) {
            var e = assertThrows(NonFiniteGradientException.class, () -> graph.fit(bad));
            assertEquals(layer, e.layer());
            assertEquals(json, graph.getConfiguration().toJson());
        } else {
            graph.fit(bad);
            assertEquals(2, graph.getIterationCount());
        }
        assertEquals(asked, fixed.losses.size());
        assertEquals(params, graph.params());
        assertEquals(state, graph.getUpdater().getUpdaterStateViewArray());
        graph.fit(Nets.batch(DataType.DOUBLE, 2, 3, 5, 4));
        assertEquals(asked + 1, fixed.losses.size());
        assertNotEquals(params, graph.params());
        assertTrue(Double.isFinite(graph.params().sumNumber().doubleValue()));
    }

    /** Whatever the order of the listeners: task gradients are those of the weighted losses. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void besideTaskGradientsIfAllowed(boolean first) {
        double[] w = {0.3, 2, 5};
        Exactness.Recorder plain = new Exactness.Recorder();
        Exactness.Recorder weighted = new Exactness.Recorder();
        Fixed fixed =
                new Fixed(w) {
                    @Override
                    protected boolean allowsTaskGradients() {
                        return true;
                    }
                };
        ComputationGraph alone = Zoo.CNN.graph(WorkspaceMode.ENABLED, 3);
        ComputationGraph beside = Zoo.CNN.graph(WorkspaceMode.ENABLED, 3);
        ComputationGraph measured = Zoo.CNN.graph(WorkspaceMode.ENABLED, 3);
        alone.setListeners(new Fixed(w));
        if (first) {
            beside.setListeners(fixed, weighted);
        } else {
            beside.setListeners(weighted, fixed);
        }
        measured.setListeners(plain);
        MultiDataSet batch = Zoo.CNN.batch(3, 1);
        for (ComputationGraph g : List.of(alone, beside, measured)) {
            g.fit(batch);
        }
        double d = alone.params().sub(beside.params()).amaxNumber().doubleValue();
        assertEquals(0, d, 1e-12);
        for (int t = 0; t < w.length; t++) {
            INDArray expected = plain.matrices.get(0).getRow(t).mul(w[t]);
            INDArray actual = weighted.matrices.get(0).getRow(t);
            assertEquals(0, Exactness.distance(actual, expected), 1e-9);
        }
    }

    @Test
    void badInput() {
        ComputationGraph g = Zoo.CNN.graph(WorkspaceMode.ENABLED, 2);
        INDArray params = g.params().dup();
        MultiDataSet batch = Zoo.CNN.batch(2, 1);
        for (double[] w : new double[][] {{1}, {1, 0}, {1, -1}, {1, Double.NaN}}) {
            g.setListeners(new Fixed(w));
            var e = assertThrows(IllegalArgumentException.class, () -> g.fit(batch));
            assertTrue(e.getMessage().startsWith("weights"), e.getMessage());
        }
        g.setListeners(new Fixed(1, 1), new Fixed(1, 1));
        assertThrows(IllegalStateException.class, () -> g.fit(batch));
        g.setListeners(new Fixed(1, 1), new Exactness.Recorder());
        assertThrows(IllegalStateException.class, () -> g.fit(batch));
        assertEquals(params, g.params());

        var b = Zoo.start(WorkspaceMode.ENABLED);
        b.addLayer("d", Zoo.dense(4, 5).build(), "in");
        b.addLayer("task0", Nets.softmax(5), "d");
        b.addLayer(
                "center",
                new CenterLossOutputLayer.Builder()
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .updater(new Sgd(1))
                        .build(),
                "d");
        ComputationGraph center = Nets.init(b.setOutputs("task0", "center"));
        center.setListeners(new Fixed(1, 2));
        var e = assertThrows(IllegalArgumentException.class, () -> center.fit(Zoo.MLP.batch(2, 1)));
        assertTrue(e.getMessage().contains("\"center\""), e.getMessage());
    }
}
