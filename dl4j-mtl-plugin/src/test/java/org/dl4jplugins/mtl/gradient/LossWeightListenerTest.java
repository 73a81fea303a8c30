package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Weighted losses in one backward pass are what weighted task gradients would be. */
class LossWeightListenerTest {

    static final class Fixed extends LossWeightListener {
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
        ComputationGraph b = a.clone();
        MultiDataSet batch = Zoo.CNN.batch(2, 1);
        batch.setLabelsMaskArray(new INDArray[] {null, Nd4j.zeros(DataType.DOUBLE, 4, 1)});
        a.setListeners(new Fixed(1, Double.NaN));
        a.fit(batch);
        b.fit(batch);
        assertEquals(b.params(), a.params());
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
