package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Task gradients against separate masked passes and against DL4J's own gradient. */
class TaskGradientsTest {

    /** What one step gave. */
    static final class Recorder extends TaskGradientListener {
        final List<INDArray> matrices = new ArrayList<>();
        final List<LayerGramians> gramians = new ArrayList<>();
        final List<double[]> losses = new ArrayList<>();
        List<SharedLayer> layers;

        @Override
        protected void onTaskGradients(ComputationGraph model, TaskGradients g) {
            gramians.add(g.gramians());
            matrices.add(g.matrix().dup());
            losses.add(g.losses());
            layers = g.layers();
        }
    }

    /** DL4J's gradient as the updater will get it. */
    static final class Full extends BaseTrainingListener {
        INDArray gradient;

        @Override
        public void onGradientCalculation(Model model) {
            gradient = ((ComputationGraph) model).getFlattenedGradients().dup();
        }
    }

    static Stream<Arguments> graphs() {
        List<Arguments> all = new ArrayList<>();
        for (WorkspaceMode mode : List.of(WorkspaceMode.NONE, WorkspaceMode.ENABLED)) {
            for (int tasks : new int[] {2, 3, 5}) {
                all.add(Arguments.of("mlp", mode, tasks));
                all.add(Arguments.of("cnn", mode, tasks));
                all.add(Arguments.of("lstm", mode, tasks));
            }
        }
        return all.stream();
    }

    static ComputationGraph graph(String kind, WorkspaceMode mode, int tasks) {
        return switch (kind) {
            case "mlp" -> Nets.mlp(tasks, mode, DataType.DOUBLE, new Sgd(0.1));
            case "cnn" -> Nets.cnn(tasks, mode, DataType.DOUBLE, null);
            default -> Nets.lstm(tasks, mode, DataType.DOUBLE);
        };
    }

    static MultiDataSet batch(String kind, int tasks, long seed) {
        MultiDataSet b =
                switch (kind) {
                    case "mlp" -> Nets.batch(DataType.DOUBLE, tasks, seed, 5, 4);
                    case "cnn" -> Nets.batch(DataType.DOUBLE, tasks, seed, 4, 2, 6, 6);
                    default -> Nets.batch(DataType.DOUBLE, tasks, seed, 3, 3, 5);
                };
        if (kind.equals("lstm")) {
            INDArray mask = Nd4j.ones(DataType.DOUBLE, 3, 5);
            mask.putScalar(1, 4, 0);
            mask.putScalar(2, 3, 0);
            mask.putScalar(2, 4, 0);
            INDArray[] masks = new INDArray[tasks];
            for (int t = 0; t < tasks; t++) {
                masks[t] = mask.dup();
            }
            masks[tasks - 1].putScalar(0, 0, 0);
            b.setFeaturesMaskArrays(new INDArray[] {mask});
            b.setLabelsMaskArray(masks);
        }
        return b;
    }

    /** Gradient of one task by an ordinary step in which the others are masked. */
    static INDArray alone(ComputationGraph graph, MultiDataSet b, int task) {
        ComputationGraph copy = graph.clone();
        Full full = new Full();
        copy.setListeners(full);
        INDArray[] masks = new INDArray[b.numLabelsArrays()];
        for (int t = 0; t < masks.length; t++) {
            INDArray l = b.getLabels(t);
            INDArray given = b.getLabelsMaskArrays() == null ? null : b.getLabelsMaskArrays()[t];
            masks[t] =
                    given != null
                            ? given.dup()
                            : Nd4j.ones(DataType.DOUBLE, l.size(0), l.rank() == 3 ? l.size(2) : 1);
            if (t != task) {
                masks[t].assign(0);
            }
        }
        copy.fit(
                new MultiDataSet(b.getFeatures(), b.getLabels(), b.getFeaturesMaskArrays(), masks));
        return full.gradient;
    }

    static INDArray shared(ComputationGraph graph, INDArray flat) {
        INDArray vector = flat.reshape(new long[] {flat.length()});
        List<Double> values = new ArrayList<>();
        for (LayerBlock b : TaskStructure.of(graph).blocks()) {
            for (long[] r : b.ranges()) {
                for (long i = r[0]; i < r[1]; i++) {
                    values.add(vector.getDouble(b.flatOffset() + i));
                }
            }
        }
        return Nd4j.createFromArray(values.toArray(new Double[0]));
    }

    static double distance(INDArray a, INDArray b) {
        return a.sub(b).norm2Number().doubleValue() / (1e-30 + b.norm2Number().doubleValue());
    }

    @ParameterizedTest(name = "{0} {1} {2} tasks")
    @MethodSource("graphs")
    void equalSeparatePassesAndSumToTheWhole(String kind, WorkspaceMode mode, int tasks) {
        ComputationGraph graph = graph(kind, mode, tasks);
        for (int step = 0; step < 3; step++) {
            MultiDataSet b = batch(kind, tasks, step);
            INDArray[] expected = new INDArray[tasks];
            for (int t = 0; t < tasks; t++) {
                expected[t] = shared(graph, alone(graph, b, t));
            }
            ComputationGraph plain = graph.clone();
            Full plainFull = new Full();
            plain.setListeners(plainFull);
            plain.fit(b);
            Recorder recorder = new Recorder();
            Full full = new Full();
            graph.setListeners(recorder, full);
            graph.fit(b);
            assertEquals(plainFull.gradient, full.gradient, "the listener changed the gradient");
            assertEquals(plain.params(), graph.params());
            assertEquals(plain.score(), graph.score());
            INDArray matrix = recorder.matrices.get(0);
            long mb = b.getLabels(0).size(0);
            for (int t = 0; t < tasks; t++) {
                double d = distance(matrix.getRow(t).mul(mb), expected[t]);
                assertTrue(d < 1e-10, "task " + t + " at step " + step + " differs by " + d);
            }
            double d = distance(matrix.sum(0).muli(mb), shared(graph, full.gradient));
            assertTrue(d < 1e-10, "sum differs by " + d);
            double sum = 0;
            for (double l : recorder.losses.get(0)) {
                sum += l;
            }
            assertEquals(graph.score(), sum, 1e-10);
            double[][] total = recorder.gramians.get(0).total();
            INDArray gram = matrix.mmul(matrix.transpose());
            for (int i = 0; i < tasks; i++) {
                for (int j = 0; j < tasks; j++) {
                    assertEquals(gram.getDouble(i, j), total[i][j], 1e-10 * total[i][i]);
                }
            }
        }
    }

    static Stream<Arguments> dropouts() {
        return Stream.of(WorkspaceMode.NONE, WorkspaceMode.ENABLED)
                .flatMap(
                        m ->
                                Stream.of(
                                                new Dropout(0.6),
                                                new AlphaDropout(0.7),
                                                new GaussianDropout(0.4),
                                                new SpatialDropout(0.6))
                                        .map(d -> Arguments.of(m, d)));
    }

    @Test
    void sharedLayersLeaveOutPrivateOnesAndRunningStatistics() {
        ComputationGraph g = Nets.cnn(3, WorkspaceMode.NONE, DataType.FLOAT, null);
        assertEquals(
                List.of(
                        new SharedLayer("c1", 54),
                        new SharedLayer("bn1", 6),
                        new SharedLayer("c2", 81),
                        new SharedLayer("bn2", 6),
                        new SharedLayer("c3", 8),
                        new SharedLayer("fc", 24)),
                SharedLayers.of(g));
    }
}
