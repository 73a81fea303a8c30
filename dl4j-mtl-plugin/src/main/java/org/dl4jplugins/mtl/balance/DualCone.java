package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.List;

/**
 * Projection onto the dual cone of the task gradients (the directions that harm no task), in terms
 * of weights: minimize v'Gv subject to v &gt;= u. Solved exactly by the active-set method of C.
 * Lawson and R. Hanson, "Solving Least Squares Problems" (1974), chapter 23.
 */
final class DualCone {

    private static final double TOLERANCE = 1e-13;

    private DualCone() {}

    /**
     * Trace one plus a ridge, which keeps the problem solvable where gradients depend on each
     * other.
     */
    static double[][] regularized(double[][] gramian, double regularization) {
        double[][] result = Small.traceOne(gramian);
        for (int i = 0; i < result.length; i++) {
            result[i][i] += regularization;
        }
        return result;
    }

    /**
     * The weights of the projection of the vector with weights u.
     *
     * @param g [task, task], symmetric, positive semi-definite
     * @param u [task], lower bounds
     * @return [task], v
     */
    static double[] project(double[][] g, double[] u) {
        int n = u.length;
        double[] v = u.clone();
        List<Integer> free = new ArrayList<>();
        for (int step = 0; step < 50 * n; step++) {
            int entering = mostHarmed(g, v, free);
            if (entering < 0) {
                return v;
            }
            free.add(entering);
            if (!settle(g, u, v, free)) {
                return v;
            }
        }
        return v;
    }

    private static int mostHarmed(double[][] g, double[] v, List<Integer> free) {
        int worst = -1;
        double worstDescent = 0;
        for (int i = 0; i < v.length; i++) {
            double size = 0;
            for (int k = 0; k < v.length; k++) {
                size += Math.abs(g[i][k] * v[k]);
            }
            double descent = -Small.dot(g[i], v);
            if (descent > TOLERANCE * size && descent > worstDescent && !free.contains(i)) {
                worst = i;
                worstDescent = descent;
            }
        }
        return worst;
    }

    /** Solves for the free weights, giving back those that would fall below their bound. */
    private static boolean settle(double[][] g, double[] u, double[] v, List<Integer> free) {
        while (!free.isEmpty()) {
            double[] goal = freeMinimum(g, v, free);
            if (goal == null) {
                return false;
            }
            double step = 1;
            int blocking = -1;
            for (int a = 0; a < goal.length; a++) {
                int i = free.get(a);
                if (goal[a] < u[i]) {
                    double reach = (v[i] - u[i]) / (v[i] - goal[a]);
                    if (reach < step) {
                        step = reach;
                        blocking = a;
                    }
                }
            }
            for (int a = 0; a < goal.length; a++) {
                int i = free.get(a);
                v[i] = Math.max(u[i], v[i] + step * (goal[a] - v[i]));
            }
            if (blocking < 0) {
                return true;
            }
            v[free.get(blocking)] = u[free.get(blocking)];
            free.remove(blocking);
        }
        return true;
    }

    private static double[] freeMinimum(double[][] g, double[] v, List<Integer> free) {
        int n = free.size();
        double[][] system = new double[n][n];
        double[] right = new double[n];
        for (int a = 0; a < n; a++) {
            int i = free.get(a);
            for (int k = 0; k < v.length; k++) {
                int b = free.indexOf(k);
                if (b >= 0) {
                    system[a][b] = g[i][k];
                } else {
                    right[a] -= g[i][k] * v[k];
                }
            }
        }
        return Small.solve(system, right);
    }
}
