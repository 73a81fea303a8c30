package org.dl4jplugins.mtl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.TaskLayers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Heads of absent tasks stand still under momentum and weight decay. */
class AbsentTaskGuardTest {

    static List<IUpdater> updaters() {
        return List.of(
                new Adam(0.05),
                new Nesterovs(0.05, 0.9),
                new AMSGrad(0.05),
                new AdaDelta(),
                new Sgd(0.1));
    }

    /** Shared layer, and per task a private layer, batch norm and output. */
    static ComputationGraph graph(IUpdater updater, int tasks) {
        var b =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .dataType(DataType.DOUBLE)
                        .updater(updater)
                        .l2(0.01)
                        .weightDecay(0.02)
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in");
        b.addLayer("shared", new DenseLayer.Builder().nIn(4).nOut(5).build(), "in");
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            b.addLayer("own" + t, new DenseLayer.Builder().nIn(5).nOut(4).build(), "shared");
            b.addLayer("bn" + t, new BatchNormalization.Builder().nOut(4).build(), "own" + t);
            outputs[t] = "task" + t;
            b.addLayer(
                    outputs[t],
                    new OutputLayer.Builder(LossFunction.MSE)
                            .nIn(4)
                            .nOut(2)
                            // Another updater in between makes several updater blocks.
                            .biasUpdater(new Nesterovs(0.01, 0.5))
                            .activation(Activation.IDENTITY)
                            .build(),
                    "bn" + t);
        }
        ComputationGraph g = new ComputationGraph(b.setOutputs(outputs).build());
        g.init();
        return g;
    }

    static MultiDataSet batch(long seed, boolean... present) {
        Nd4j.getRandom().setSeed(seed);
        INDArray in = Nd4j.randn(DataType.DOUBLE, 6, 4);
        INDArray[] labels = new INDArray[present.length];
        INDArray[] masks = new INDArray[present.length];
        for (int t = 0; t < present.length; t++) {
            INDArray l = Nd4j.randn(DataType.DOUBLE, 6, 2);
            labels[t] = present[t] ? l : l.mul(0);
            masks[t] = present[t] ? null : Nd4j.zeros(DataType.DOUBLE, 6, 1);
        }
        return new MultiDataSet(new INDArray[] {in}, labels, null, masks);
    }

    static INDArray head(ComputationGraph g, int task) {
        return Nd4j.concat(
                0,
                g.getLayer("own" + task).params().dup(),
                g.getLayer("bn" + task).params().dup(),
                g.getLayer("task" + task).params().dup());
    }

    static INDArray state(ComputationGraph g, int task) {
        boolean[] only = new boolean[g.getNumOutputArrays()];
        only[task] = true;
        List<INDArray> views = UpdaterViews.of(g, TaskLayers.usedOnlyBy(g, only));
        return Nd4j.concat(0, views.stream().map(INDArray::dup).toArray(INDArray[]::new));
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void absentHeadsStandStillAndThenGoOn(IUpdater updater) {
        ComputationGraph g = graph(updater, 2);
        g.setListeners(new AbsentTaskGuard());
        g.fit(batch(1, true, true));
        g.fit(batch(2, true, true));
        INDArray before = head(g, 1);
        INDArray state = state(g, 1);
        for (int i = 0; i < 3; i++) {
            INDArray present = head(g, 0);
            INDArray shared = g.getLayer("shared").params().dup();
            g.fit(batch(3 + i, true, false));
            assertEquals(before, head(g, 1));
            assertEquals(state, state(g, 1));
            assertNotEquals(present, head(g, 0));
            assertNotEquals(shared, g.getLayer("shared").params());
        }
        g.fit(batch(9, false, true));
        assertNotEquals(before, head(g, 1));
    }

    @Test
    void withoutTheGuardTheHeadDrifts() {
        ComputationGraph g = graph(new Adam(0.05), 2);
        g.fit(batch(1, true, true));
        INDArray before = head(g, 1);
        g.fit(batch(2, true, false));
        assertNotEquals(before, head(g, 1));
    }

    /** The task that is always present trains as if it were alone. */
    @ParameterizedTest
    @MethodSource("updaters")
    void presentTasksTrainAsIfAlone(IUpdater updater) {
        ComputationGraph both = graph(updater, 2);
        ComputationGraph alone = graph(updater, 1);
        for (String layer : List.of("shared", "own0", "bn0", "task0")) {
            alone.getLayer(layer).params().assign(both.getLayer(layer).params());
        }
        both.setListeners(new AbsentTaskGuard());
        for (int i = 0; i < 4; i++) {
            MultiDataSet b = batch(i, true, false);
            both.fit(b);
            alone.fit(new MultiDataSet(b.getFeatures(0), b.getLabels(0)));
        }
        assertEquals(head(alone, 0), head(both, 0));
        assertEquals(alone.getLayer("shared").params(), both.getLayer("shared").params());
    }

    @Test
    void trainsOnMixedDataAndNamesWrongArguments() {
        ComputationGraph g = graph(new Adam(0.05), 3);
        INDArray first = g.params().dup();
        MultiTaskIterator data =
                new MultiTaskIterator.Builder()
                        .task("a", MultiTaskIteratorTest.data(0, 3, 2))
                        .task("b", MultiTaskIteratorTest.data(1, 2, 2))
                        .task("c", MultiTaskIteratorTest.data(2, 1, 2))
                        .build();
        data.setPreProcessor(d -> d.setFeatures(0, Nd4j.randn(DataType.DOUBLE, 2, 4)));
        g.setListeners(new AbsentTaskGuard());
        g.fit(data, 2);
        assertEquals(12, g.getIterationCount());
        assertTrue(Double.isFinite(g.score()));
        assertNotEquals(first, g.params());
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> TaskLayers.usedOnlyBy(g, new boolean[2]));
        assertTrue(e.getMessage().contains("2 values for the 3 tasks"));
    }
}
