package org.dl4jplugins.multimodal.easygen;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The adapter of one example without padding, in loops over numbers. */
final class AdapterTwin {
    private final AdapterConfig c;
    private final ComputationGraph graph;

    AdapterTwin(Adapter adapter) {
        c = adapter.config();
        graph = adapter.graph();
    }

    double[][] condition(double[][] states, double[][] language) {
        DoubleUnaryOperator gelu = v -> v * 0.5 * (1 + Erf.erf(v / Math.sqrt(2)));
        double[][] x = dense("mlp.fc2", map(dense("mlp.fc1", language), gelu));
        for (int i = 0; i < c.layers(); i++) {
            x = layer("transformer_encoder.layers." + i + ".", x);
        }
        double[][] attended =
                attend(
                        dense("attention.query_layer", states),
                        dense("attention.key_layer", x),
                        dense("attention.value_layer", x),
                        1);
        double[][] inner = map(dense("attention.output_layer.0", attended), v -> Math.max(0, v));
        double[][] sur = dense("fc", sum(attended, dense("attention.output_layer.2", inner)));
        return sum(map(sur, v -> v * c.weight()), map(states, v -> v * (1 - c.weight())));
    }

    private double[][] layer(String name, double[][] x) {
        double[][] heads =
                attend(
                        dense(name + "self_attn.q", x),
                        dense(name + "self_attn.k", x),
                        dense(name + "self_attn.v", x),
                        c.heads());
        x = norm(name + "norm1", sum(x, dense(name + "self_attn.out_proj", heads)));
        double[][] inner = map(dense(name + "linear1", x), v -> Math.max(0, v));
        return norm(name + "norm2", sum(x, dense(name + "linear2", inner)));
    }

    private static double[][] attend(double[][] q, double[][] k, double[][] v, int heads) {
        int size = q[0].length / heads;
        double[][] y = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < q.length; i++) {
                double[] weights = new double[k.length];
                double total = 0;
                for (int j = 0; j < k.length; j++) {
                    double dot = 0;
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        dot += q[i][d] * k[j][d];
                    }
                    weights[j] = Math.exp(dot / Math.sqrt(size));
                    total += weights[j];
                }
                for (int j = 0; j < k.length; j++) {
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        y[i][d] += weights[j] / total * v[j][d];
                    }
                }
            }
        }
        return y;
    }

    private double[][] dense(String name, double[][] x) {
        INDArray w = graph.getLayer("adapter." + name).getParam("W");
        INDArray b = graph.getLayer("adapter." + name).getParam("b");
        double[][] y = new double[x.length][(int) w.size(1)];
        for (int i = 0; i < y.length; i++) {
            for (int o = 0; o < y[i].length; o++) {
                y[i][o] = b.getDouble(o);
                for (int n = 0; n < x[i].length; n++) {
                    y[i][o] += x[i][n] * w.getDouble(n, o);
                }
            }
        }
        return y;
    }

    private double[][] norm(String name, double[][] x) {
        INDArray g = graph.getLayer("adapter." + name).getParam("g");
        INDArray b = graph.getLayer("adapter." + name).getParam("b");
        double[][] y = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            double mean = 0;
            double square = 0;
            for (double v : x[i]) {
                mean += v / x[i].length;
                square += v * v / x[i].length;
            }
            double deviation = Math.sqrt(square - mean * mean + 1e-5);
            for (int d = 0; d < y[i].length; d++) {
                y[i][d] = (x[i][d] - mean) / deviation * g.getDouble(d) + b.getDouble(d);
            }
        }
        return y;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] y = new double[a.length][a[0].length];
        for (int i = 0; i < y.length; i++) {
            for (int d = 0; d < y[i].length; d++) {
                y[i][d] = a[i][d] + b[i][d];
            }
        }
        return y;
    }

    private static double[][] map(double[][] x, DoubleUnaryOperator f) {
        double[][] y = new double[x.length][x[0].length];
        for (int i = 0; i < y.length; i++) {
            for (int d = 0; d < y[i].length; d++) {
                y[i][d] = f.applyAsDouble(x[i][d]);
            }
        }
        return y;
    }
}
