package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Against closed forms, brute force over active sets, and the optimality conditions. */
class DualConeTest {

    @Test
    void withoutConflictNothingChanges() {
        double[] u = {0.5, 0.25};
        assertArrayEquals(u, DualCone.project(new double[][] {{1, 0.3}, {0.3, 2}}, u));
    }

    /** One vector against one: PCGrad's projection, v_2 = -g1'g2 / |g2|^2. */
    @Test
    void singleConflict() {
        double[] v = DualCone.project(new double[][] {{4, -1}, {-1, 2}}, new double[] {1, 0});
        assertArrayEquals(new double[] {1, 0.5}, v, 1e-15);
    }

    private static double bruteForce(double[][] g, double[] u) {
        int n = u.length;
        double best = Double.POSITIVE_INFINITY;
        for (int subset = 0; subset < 1 << n; subset++) {
            double[][] system = new double[n][n];
            double[] right = new double[n];
            for (int i = 0; i < n; i++) {
                if ((subset >> i & 1) == 1) {
                    system[i] = g[i].clone();
                } else {
                    system[i][i] = 1;
                    right[i] = u[i];
                }
            }
            double[] v = Small.solve(system, right);
            boolean feasible = v != null;
            for (int i = 0; feasible && i < n; i++) {
                feasible = v[i] >= u[i] - 1e-12;
            }
            if (feasible) {
                best = Math.min(best, Small.square(g, v));
            }
        }
        return best;
    }

    @Test
    void noActiveSetIsBetter() {
        for (int seed = 0; seed < 60; seed++) {
            int tasks = 2 + seed % 6;
            double[][] a = Matrices.gramian(Matrices.random(tasks, tasks, tasks, seed));
            double[][] g = DualCone.regularized(a, 1e-4);
            double[] u = new double[tasks];
            u[seed % tasks] = 1;
            double found = Small.square(g, DualCone.project(g, u));
            assertEquals(bruteForce(g, u), found, 1e-10, "seed " + seed);
        }
    }

    @Test
    void optimalityConditionsHoldForFortyTasks() {
        for (int rank : new int[] {7, 40}) {
            double[][] a = Matrices.gramian(Matrices.random(40, 45, rank, rank));
            double[][] g = DualCone.regularized(a, 1e-8);
            double[] u = Small.filled(40, 1.0 / 40);
            double[] v = DualCone.project(g, u);
            double[] slope = Small.times(g, v);
            for (int i = 0; i < 40; i++) {
                assertTrue(v[i] >= u[i]);
                assertTrue(slope[i] >= -1e-10);
                assertEquals(0, slope[i] * (v[i] - u[i]), 1e-10);
            }
        }
    }
}
