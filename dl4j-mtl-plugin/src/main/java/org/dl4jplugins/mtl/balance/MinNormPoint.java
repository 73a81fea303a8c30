package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.List;

/**
 * The point of smallest norm in the convex hull of some vectors, known by their Gramian only: P.
 * Wolfe, "Finding the nearest point in a polytope" (Mathematical Programming 11, 1976).
 *
 * <p>Exact up to rounding after finitely many steps. Vectors are compared relative to their own
 * lengths, so that lengths may differ by any factor.
 */
final class MinNormPoint {

    private static final double TOLERANCE = 1e-13;

    private final double[][] gramian;
    private final double[] inverseNorm;
    private final double[] w;
    private final List<Integer> corral = new ArrayList<>();

    private MinNormPoint(double[][] gramian, double[] inverseNorm) {
        this.gramian = gramian;
        this.inverseNorm = inverseNorm;
        this.w = new double[gramian.length];
    }

    /**
     * Convex weights of the point.
     *
     * @param gramian [task, task], symmetric, positive semi-definite
     * @return [task], not negative, sum 1; uniform over the zero vectors if there are any
     */
    static double[] weights(double[][] gramian) {
        double[][] scaled = Small.traceOne(gramian);
        double[] norms = Small.norms(scaled);
        int n = norms.length;
        int zeros = 0;
        int smallest = 0;
        for (int i = 0; i < n; i++) {
            zeros += norms[i] == 0 ? 1 : 0;
            smallest = norms[i] < norms[smallest] ? i : smallest;
        }
        double[] factor = new double[n];
        for (int i = 0; i < n; i++) {
            factor[i] = zeros > 0 ? (norms[i] == 0 ? 1.0 / zeros : 0) : norms[smallest] / norms[i];
        }
        return zeros > 0 ? factor : new MinNormPoint(scaled, factor).search(smallest);
    }

    private double[] search(int start) {
        corral.add(start);
        w[start] = 1;
        for (int step = 0; step < 50 * w.length; step++) {
            int entering = steepest();
            if (entering < 0) {
                break;
            }
            double[] before = w.clone();
            double squareBefore = Small.square(gramian, w);
            corral.add(entering);
            shrinkToCorral();
            if (Small.square(gramian, w) > squareBefore) {
                System.arraycopy(before, 0, w, 0, w.length);
                break;
            }
        }
        double sum = Small.sum(w);
        return Small.scaled(w, 1 / sum);
    }

    /** The vector outside the corral that leads to a smaller norm most steeply, or -1. */
    private int steepest() {
        double[] product = Small.times(gramian, w);
        double square = Small.dot(w, product);
        int best = -1;
        double bestGain = 0;
        for (int j = 0; j < w.length; j++) {
            double size = 0;
            for (int k = 0; k < w.length; k++) {
                size += Math.abs(gramian[j][k]) * w[k];
            }
            double gain = (square - product[j]) * inverseNorm[j];
            if (square - product[j] > TOLERANCE * size && gain > bestGain && !corral.contains(j)) {
                best = j;
                bestGain = gain;
            }
        }
        return best;
    }

    /** Moves to the nearest point of the corral's affine hull, dropping vectors on the way. */
    private void shrinkToCorral() {
        while (true) {
            double[] goal = affineMinimum();
            if (goal == null) {
                corral.removeIf(i -> w[i] == 0);
                return;
            }
            double step = 1;
            for (int a = 0; a < goal.length; a++) {
                double from = w[corral.get(a)];
                if (goal[a] <= 0) {
                    step = Math.min(step, from / (from - goal[a]));
                }
            }
            boolean dropped = false;
            for (int a = 0; a < goal.length; a++) {
                int i = corral.get(a);
                double moved = w[i] + step * (goal[a] - w[i]);
                boolean leaves = goal[a] <= 0 && w[i] / (w[i] - goal[a]) <= step;
                w[i] = leaves || moved <= 0 ? 0 : moved;
                dropped |= w[i] == 0;
            }
            corral.removeIf(i -> w[i] == 0);
            if (!dropped || corral.size() <= 1) {
                return;
            }
        }
    }

    /** Weights of the affine hull's nearest point, or null if the corral is degenerate. */
    private double[] affineMinimum() {
        int n = corral.size();
        double[][] system = new double[n + 1][n + 1];
        double[] right = new double[n + 1];
        right[n] = 1;
        for (int a = 0; a < n; a++) {
            int i = corral.get(a);
            for (int b = 0; b < n; b++) {
                int j = corral.get(b);
                system[a][b] = gramian[i][j] / Math.sqrt(gramian[i][i]) / Math.sqrt(gramian[j][j]);
            }
            system[a][n] = inverseNorm[i];
            system[n][a] = inverseNorm[i];
        }
        double[] solution = Small.solve(system, right);
        if (solution == null) {
            return null;
        }
        double[] goal = new double[n];
        for (int a = 0; a < n; a++) {
            goal[a] = solution[a] * inverseNorm[corral.get(a)];
        }
        return goal;
    }
}
