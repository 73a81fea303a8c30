package org.dl4jplugins.mtl.balance;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;

/**
 * Conflict-Averse Gradient descent: the direction that helps the worst task most, within a ball of
 * radius c |g0| around the mean gradient g0. B. Liu et al., "Conflict-Averse Gradient Descent for
 * Multi-task Learning" (NeurIPS 2021), equation 3 and its dual.
 *
 * <p>The dual, g_w'g0 + c |g0| |g_w| over convex weights w, is solved exactly: for a fixed |g_w| it
 * is a {@link MinNormPoint} problem on shifted gradients. The direction is on the scale of the MEAN
 * gradient, as published; multiply by the number of tasks to compare with the sum of the losses.
 */
public final class CAGrad implements Weighting {

    private static final double SMOOTH = 1e-14;

    private final double c;
    private final int rescale;

    /**
     * The published default, rescale 1.
     *
     * @param c radius of the ball, relative to the mean gradient; at least 0, below 1 for the
     *     guarantee of convergence
     */
    public CAGrad(double c) {
        this(c, 1);
    }

    /**
     * Conflict-averse weights.
     *
     * @param c radius of the ball, relative to the mean gradient; at least 0
     * @param rescale 0: as it is; 1: divided by 1 + c^2; 2: divided by 1 + c
     */
    public CAGrad(double c, int rescale) {
        this.c = Check.notNegative("c", c);
        if (rescale < 0 || rescale > 2) {
            throw new IllegalArgumentException("rescale = " + rescale + ": expected 0, 1 or 2");
        }
        this.rescale = rescale;
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        double[][] a = Small.traceOne(gramian);
        double divisor = rescale == 0 ? 1 : rescale == 1 ? 1 + c * c : 1 + c;
        double[] mean = Small.filled(tasks, 1.0 / tasks);
        double radius = c * Math.sqrt(Small.square(a, mean));
        if (radius > 0) {
            double[] w = dual(a, mean, radius);
            double push = radius / Math.sqrt(Small.square(a, w) + SMOOTH);
            for (int t = 0; t < tasks; t++) {
                mean[t] += push * w[t];
            }
        }
        return Small.scaled(mean, 1 / divisor);
    }

    /** Minimum over convex w of g_w'g0 + radius sqrt(|g_w|^2 + SMOOTH). */
    static double[] dual(double[][] a, double[] mean, double radius) {
        double largest = 0;
        for (int t = 0; t < a.length; t++) {
            largest = Math.max(largest, a[t][t]);
        }
        UnivariateFunction excess =
                shift ->
                        shift * radius
                                - Math.sqrt(Small.square(a, shifted(a, mean, shift)) + SMOOTH);
        double end = 1.01 * Math.sqrt(largest + SMOOTH) / radius;
        double shift = new BrentSolver(1e-15, 1e-18, 0).solve(200, excess, 0, end);
        return shifted(a, mean, shift);
    }

    /** Convex weights of the shortest g_w + shift g0. */
    private static double[] shifted(double[][] a, double[] mean, double shift) {
        double[] product = Small.times(a, mean);
        double square = Math.max(0, Small.dot(mean, product));
        int n = a.length;
        double[][] b = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                b[i][j] = a[i][j] + shift * (product[i] + product[j]) + shift * shift * square;
            }
            b[i][i] = Math.max(0, b[i][i]);
        }
        return MinNormPoint.weights(b);
    }
}
