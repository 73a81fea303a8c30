package org.dl4jplugins.align.ila;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Scores layers by how large the gradients of their increments are: something simple that ILA is
 * compared with.
 *
 * <p>The score of a layer is the mean over all steps of the Euclidean norm of the gradient with
 * respect to its increments' A and B, of the loss per example. Add the listener to a training of
 * increments, then ask for the {@link #report}.
 */
public final class GradientNormListener extends IncrementListener {

    private double[] sums = {};

    /** Makes a listener for one training. */
    public GradientNormListener() {
        super("gradient norm");
    }

    @Override
    void step(ComputationGraph graph, List<Factor> factors, double examples) {
        int layers = factors.stream().mapToInt(Factor::layer).max().orElse(-1) + 1;
        double[] squares = new double[layers];
        for (Factor factor : factors) {
            double norm = gradient(graph, factor).norm2Number().doubleValue() / examples;
            squares[factor.layer()] += norm * norm;
        }
        sums = Arrays.copyOf(sums, layers);
        for (int i = 0; i < layers; i++) {
            sums[i] += Math.sqrt(squares[i]);
        }
    }

    @Override
    double[] scores(int layers) {
        double[] means = Arrays.copyOf(sums, layers);
        for (int i = 0; i < layers; i++) {
            means[i] /= steps();
        }
        return means;
    }
}
