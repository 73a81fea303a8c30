package org.dl4jplugins.mtl.balance;

import java.util.stream.IntStream;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * IMTL-G, the gradient part of Impartial Multi-Task Learning: the direction has the same projection
 * onto every task gradient. L. Liu et al., "Towards Impartial Multi-task Learning" (ICLR 2021),
 * equation 4. The weights sum to 1 and may be negative.
 *
 * <p>Where gradients depend on each other the projections are equal in the least-squares sense;
 * tasks without gradient get weight 0; without any solution (opposite gradients) all weights are 0.
 */
public final class IMTLG implements Weighting {

    private static final double RANK = 1e-12;
    private static final double CANCELLED = 1e-10;

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        double[] norms = Small.norms(gramian);
        int[] moving = IntStream.range(0, norms.length).filter(t -> norms[t] > 0).toArray();
        double[] weights = new double[norms.length];
        if (moving.length == 0) {
            return weights;
        }
        double smallest = IntStream.of(moving).mapToDouble(t -> norms[t]).min().orElseThrow();
        double[] inverse = new double[moving.length];
        for (int a = 0; a < moving.length; a++) {
            inverse[a] = 1 / norms[moving[a]];
        }
        double[] y = equalProjections(Small.rescaled(Small.part(gramian, moving), inverse));
        double sum = 0;
        double size = 0;
        for (int a = 0; a < moving.length; a++) {
            double v = y[a] * (smallest * inverse[a]);
            weights[moving[a]] = v;
            sum += v;
            size += Math.abs(v);
        }
        return Math.abs(sum) <= CANCELLED * size
                ? new double[norms.length]
                : Small.scaled(weights, 1 / sum);
    }

    /** Pseudo-inverse of the cosines times a vector of ones. */
    private static double[] equalProjections(double[][] cosines) {
        int n = cosines.length;
        EigenDecomposition eigen = Small.eigen(cosines);
        double largest = eigen.getRealEigenvalue(0);
        double[] y = new double[n];
        for (int k = 0; k < n; k++) {
            double value = eigen.getRealEigenvalue(k);
            if (value > RANK * largest) {
                double[] vector = eigen.getEigenvector(k).toArray();
                double share = Small.sum(vector) / value;
                for (int a = 0; a < n; a++) {
                    y[a] += share * vector[a];
                }
            }
        }
        return y;
    }
}
