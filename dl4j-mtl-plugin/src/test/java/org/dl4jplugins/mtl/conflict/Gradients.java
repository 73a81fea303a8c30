package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/** Gradients for tests: [layer][task][parameter], and what can be computed from them naively. */
record Gradients(double[][][] values) {

    static final List<String> TASKS = List.of("a", "b", "c");
    static final List<SharedLayer> LAYERS =
            List.of(
                    new SharedLayer("conv", 4),
                    new SharedLayer("norm", 2),
                    new SharedLayer("dense", 7));

    /** Random gradients; every eighth gradient of a task in a layer is zero. */
    static Gradients random(Random random) {
        double[][][] values = new double[LAYERS.size()][TASKS.size()][];
        for (int layer = 0; layer < values.length; layer++) {
            for (int task = 0; task < TASKS.size(); task++) {
                values[layer][task] = new double[(int) LAYERS.get(layer).parameters()];
                if (random.nextInt(8) > 0) {
                    double scale = Math.exp(random.nextGaussian());
                    for (int i = 0; i < values[layer][task].length; i++) {
                        values[layer][task][i] = scale * random.nextGaussian();
                    }
                }
            }
        }
        return new Gradients(values);
    }

    static List<Gradients> random(int count, long seed) {
        Random random = new Random(seed);
        List<Gradients> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(random(random));
        }
        return all;
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** A task's gradient in a layer, or in all of them for layer = number of layers. */
    double[] of(int layer, int task) {
        if (layer < values.length) {
            return values[layer][task];
        }
        List<Double> all = new ArrayList<>();
        for (double[][] each : values) {
            for (double value : each[task]) {
                all.add(value);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** NaN if a gradient is zero. */
    double cosine(int layer, int task, int other) {
        double[] x = of(layer, task);
        double[] y = of(layer, other);
        return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    }

    LayerGramians gramians() {
        double[][][] gramians = new double[values.length][TASKS.size()][TASKS.size()];
        for (int layer = 0; layer < values.length; layer++) {
            for (int i = 0; i < TASKS.size(); i++) {
                for (int j = 0; j < TASKS.size(); j++) {
                    gramians[layer][i][j] = dot(values[layer][i], values[layer][j]);
                }
            }
        }
        return new LayerGramians(TASKS, LAYERS.stream().map(SharedLayer::name).toList(), gramians);
    }

    static ConflictSettings settings() {
        return new ConflictSettings(CosineBins.DEFAULT, List.of(0.0, -0.02, -0.1), 1);
    }

    static ConflictRecorder recorder(long planned) {
        return new ConflictRecorder(TASKS, new int[] {0, 1, 2}, LAYERS, settings(), planned);
    }

    /** Records all, {@code perEpoch} to an epoch. */
    static ConflictReport report(List<Gradients> all, int perEpoch, long planned) {
        ConflictRecorder recorder = recorder(planned);
        for (int i = 0; i < all.size(); i++) {
            recorder.record(i / perEpoch, all.get(i).gramians());
        }
        return new ConflictReport(recorder.snapshot());
    }
}
