package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.lora.LoraConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class BaselineListenersTest {

    private static final List<String> FACTORS = List.of("W.loraA.0", "W.loraB.0");

    /** Increments that are not zero, and steps equal to the gradient per example. */
    private static ComputationGraph graph() {
        ComputationGraph lora =
                Graphs.lora(
                        Graphs.mlp(3, 5, 1),
                        new LoraConfig.Builder().allLinear().rank(2).updater(new Sgd(1)));
        lora.paramTable()
                .forEach(
                        (key, value) -> {
                            if (key.contains(".loraB.")) {
                                value.assign(Graphs.random(key.hashCode(), value.shape()));
                            }
                        });
        return lora;
    }

    private static DataSet data(int seed) {
        return new DataSet(Graphs.random(seed, 7, 5), Graphs.random(seed + 50, 7, 4));
    }

    private static LayerSignificance report(IncrementListener listener) {
        return listener.report("run").build();
    }

    @Test
    void gradientNormsAreMeansOfStepLengths() {
        ComputationGraph graph = graph();
        GradientNormListener listener = new GradientNormListener();
        graph.setListeners(new TrainingListener[] {listener});
        double[] expected = new double[3];
        for (int step = 0; step < 2; step++) {
            ComputationGraph before = graph.clone();
            graph.fit(data(step));
            for (int layer = 0; layer < 3; layer++) {
                double square = 0;
                for (String factor : FACTORS) {
                    String key = "d" + layer + "_" + factor;
                    double length = before.getParam(key).distance2(graph.getParam(key));
                    square += length * length;
                }
                expected[layer] += Math.sqrt(square) / 2;
            }
        }
        LayerSignificance report = report(listener);
        for (int layer = 0; layer < 3; layer++) {
            assertEquals(expected[layer], report.score("d" + layer), 1e-12);
        }
        assertEquals("gradient norm", report.method());
    }

    @Test
    void sensitivityFollowsAdaLora() {
        ComputationGraph graph = graph();
        SensitivityListener listener = new SensitivityListener(0.6, 0.3);
        graph.setListeners(new TrainingListener[] {listener});
        ComputationGraph[] states = new ComputationGraph[3];
        for (int step = 0; step < 2; step++) {
            states[step] = graph.clone();
            graph.fit(data(step));
        }
        states[2] = graph;
        LayerSignificance report = report(listener);
        for (int layer = 0; layer < 3; layer++) {
            double sum = 0;
            int count = 0;
            for (String factor : FACTORS) {
                String key = "d" + layer + "_" + factor;
                double[][] w = new double[3][];
                for (int state = 0; state < 3; state++) {
                    INDArray value = states[state].getParam(key);
                    w[state] =
                            value.dup('c')
                                    .reshape('c', new long[] {value.length()})
                                    .toDoubleVector();
                }
                for (int i = 0; i < w[0].length; i++) {
                    double sensitivity = 0;
                    double uncertainty = 0;
                    for (int step = 0; step < 2; step++) {
                        double now = Math.abs((w[step][i] - w[step + 1][i]) * w[step][i]);
                        sensitivity = 0.6 * sensitivity + 0.4 * now;
                        uncertainty = 0.3 * uncertainty + 0.7 * Math.abs(now - sensitivity);
                    }
                    sum += sensitivity * uncertainty;
                    count++;
                }
            }
            double expected = sum / count;
            assertEquals(expected, report.score("d" + layer), 1e-10 * expected);
        }
    }

    @Test
    void misuseIsNamed() {
        assertThrows(IllegalStateException.class, () -> new GradientNormListener().report("x"));
        assertThrows(IllegalArgumentException.class, () -> new SensitivityListener(1, 0));
        ComputationGraph plain = Graphs.mlp(2, 5, 1);
        plain.setListeners(new GradientNormListener());
        assertThrows(IllegalArgumentException.class, () -> plain.fit(data(1)));
    }
}
