package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.baseline.Tasl.Unit;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ImportanceListener;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Methods that fuse old and new parameters once, at a task's end. */
class TaskMergeTest {

    private final TaskStream brief = Toy.permuted(3, 20, 10);

    static List<Supplier<ContinualMethod>> methods() {
        return List.of(
                () -> new Tasl.Builder().build(),
                () -> new Tasl.Builder().unit(Unit.ELEMENT).build(),
                () -> new MagnitudeMerge.Builder().build(),
                () -> new MagnitudeMerge.Builder().scale(0.5).perTensor(true).build());
    }

    @Test
    void theyForgetLessThanNaiveTraining() {
        TaskStream stream = Toy.permuted(3, 200, 10);
        ContinualResult naive = Trials.train(Toy.mlp(), stream, new Naive(), 120).build().run();
        for (Supplier<ContinualMethod> method : methods()) {
            ContinualResult result =
                    Trials.train(Toy.mlp(), stream, method.get(), 120).build().run();
            assertTrue(
                    result.matrix().backwardTransfer() > naive.matrix().backwardTransfer() + 4,
                    naive + "\n" + result);
            assertEquals(List.of(120L, 120L, 120L), result.steps());
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void killedItEndsWithTheSameBits(Supplier<ContinualMethod> method, @TempDir Path folder) {
        Trials.resumes(() -> Toy.mlp(new Adam(0.01), DataType.FLOAT, 0.3, true), method, folder);
    }

    @ParameterizedTest
    @CsvSource({"0.3,1,false", "0.2,0.5,true", "1,0.7,false"})
    void theLargestChangesAreKept(double density, double scale, boolean perTensor) {
        ContinualMethod method =
                new MagnitudeMerge.Builder()
                        .density(density)
                        .scale(scale)
                        .perTensor(perTensor)
                        .build();
        ComputationGraph graph = mlp(DataType.DOUBLE);
        Trials.train(graph, brief, method, 2).build().run();
        ComputationGraph twin = mlp(DataType.DOUBLE);
        for (int task = 0; task < 3; task++) {
            double[] old = twin.params().toDoubleVector();
            batches(task).forEach(twin::fit);
            double[] tau = twin.params().toDoubleVector();
            double[] size = new double[tau.length];
            for (int i = 0; i < tau.length; i++) {
                tau[i] -= old[i];
                size[i] = Math.abs(tau[i]);
            }
            if (task == 0) {
                continue;
            }
            double[] all = scores(size, perTensor ? ranges(twin) : whole(twin), 1 - density);
            for (int i = 0; i < tau.length; i++) {
                double kept = density == 1 || size[i] > all[i] ? scale * tau[i] : 0;
                twin.params().putScalar(i, old[i] + kept);
            }
        }
        assertArrayEquals(twin.params().toDoubleVector(), graph.params().toDoubleVector(), 1e-12);
    }

    @ParameterizedTest
    @EnumSource(Unit.class)
    void unitsAreFusedByTheirImportance(Unit unit) {
        Tasl method = new Tasl.Builder().unit(unit).share(0.4).gamma(0.8).beta(0.6).build();
        ComputationGraph graph = mlp(DataType.DOUBLE);
        Trials.train(graph, brief, method, 2).build().run();

        ComputationGraph twin = mlp(DataType.DOUBLE);
        int[][] units = unit == Unit.TENSOR ? ranges(twin) : singles(twin);
        Importance measured =
                new Importance(
                        ParameterSelection.all(twin), Smoothing.publishedCode(), DataType.DOUBLE);
        twin.setListeners(new ImportanceListener(measured, WeightTime.BEFORE_STEP));
        double[] known = null;
        for (int task = 0; task < 3; task++) {
            double[] old = twin.params().toDoubleVector();
            measured.reset();
            batches(task).forEach(twin::fit);
            double[] elements = measured.scores().toDoubleVector();
            double[] score = new double[units.length];
            for (int u = 0; u < units.length; u++) {
                score[u] =
                        IntStream.range(units[u][0], units[u][1])
                                .mapToDouble(i -> elements[i])
                                .average()
                                .orElseThrow();
            }
            if (task == 0) {
                known = normalized(score);
                continue;
            }
            double now = quantile(score, 0.6);
            double before = quantile(known, 0.6);
            for (int u = 0; u < units.length; u++) {
                boolean a = score[u] > now;
                boolean b = known[u] > before;
                double keep = a && b ? 0.8 : a ? 0 : b ? 1 : 0.5;
                for (int i = units[u][0]; i < units[u][1]; i++) {
                    double value = twin.params().getDouble(i);
                    twin.params().putScalar(i, keep * old[i] + (1 - keep) * value);
                }
            }
            double[] past = normalized(known);
            double[] latest = normalized(score);
            for (int u = 0; u < units.length; u++) {
                known[u] = 0.6 * past[u] + 0.4 * latest[u];
            }
        }
        assertArrayEquals(twin.params().toDoubleVector(), graph.params().toDoubleVector(), 1e-12);
    }

    @Test
    void doubleAndSinglePrecisionAgree() {
        for (Supplier<ContinualMethod> method : methods()) {
            ComputationGraph one = mlp(DataType.DOUBLE);
            ComputationGraph other = mlp(DataType.FLOAT);
            other.params().assign(one.params());
            Trials.train(one, brief, method.get(), 2).build().run();
            Trials.train(other, brief, method.get(), 2).build().run();
            assertArrayEquals(one.params().toDoubleVector(), other.params().toDoubleVector(), 1e-5);
        }
    }

    @Test
    void badSettingsAreRefused() {
        refused("density", new MagnitudeMerge.Builder().density(0)::build);
        refused("scale", new MagnitudeMerge.Builder().scale(Double.NaN)::build);
        refused("share", new Tasl.Builder().share(1.1)::build);
        refused("beta", new Tasl.Builder().beta(-1)::build);
        refused("gamma", new Tasl.Builder().gamma(2)::build);
        refused("unit", new Tasl.Builder().unit(null)::build);
        refused("smoothing", new Tasl.Builder().smoothing(null)::build);
        for (ContinualMethod method :
                List.of(
                        new Tasl.Builder().parameters("lora").build(),
                        new MagnitudeMerge.Builder().parameters("lora").build())) {
            ContinualTrainer.Builder builder = Trials.train(Toy.mlp(), brief, method, 2);
            refused("hidden_W", builder::build);
        }
    }

    private static void refused(String word, Supplier<?> build) {
        String message = assertThrows(IllegalArgumentException.class, build::get).getMessage();
        assertTrue(message.contains(word), message);
    }

    private static ComputationGraph mlp(DataType type) {
        return Toy.mlp(new Sgd(0.3), type, 0, false);
    }

    private List<MultiDataSet> batches(int task) {
        List<MultiDataSet> all = new ArrayList<>();
        brief.task(task).train().open(0).forEachRemaining(all::add);
        return all;
    }

    /** For each element the quantile of its range. */
    private static double[] scores(double[] values, int[][] ranges, double q) {
        double[] cuts = new double[values.length];
        for (int[] range : ranges) {
            double cut = quantile(Arrays.copyOfRange(values, range[0], range[1]), q);
            Arrays.fill(cuts, range[0], range[1], cut);
        }
        return cuts;
    }

    private static double quantile(double[] values, double q) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        double position = q * (sorted.length - 1);
        int below = (int) position;
        double above = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (position - below) * (above - sorted[below]);
    }

    private static double[] normalized(double[] values) {
        double least = Arrays.stream(values).min().orElseThrow();
        double largest = Arrays.stream(values).max().orElseThrow();
        return Arrays.stream(values).map(v -> (v - least) / (largest - least)).toArray();
    }

    private static int[][] whole(ComputationGraph graph) {
        return new int[][] {{0, (int) graph.numParams()}};
    }

    private static int[][] ranges(ComputationGraph graph) {
        return ParameterSelection.all(graph).segments().stream()
                .map(s -> new int[] {(int) s.offset(), (int) (s.offset() + s.length())})
                .toArray(int[][]::new);
    }

    private static int[][] singles(ComputationGraph graph) {
        return IntStream.range(0, (int) graph.numParams())
                .mapToObj(i -> new int[] {i, i + 1})
                .toArray(int[][]::new);
    }
}
