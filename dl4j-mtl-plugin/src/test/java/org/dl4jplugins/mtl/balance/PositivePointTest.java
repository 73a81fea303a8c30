package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A x = x^(-p): closed forms and residuals. */
class PositivePointTest {

    @Test
    void orthogonalGradientsHaveAClosedForm() {
        for (double p : new double[] {0.2, 1, 2}) {
            double[] expected = {
                Math.pow(4, -1 / (1 + p)),
                Math.pow(1e-10, -1 / (1 + p)),
                Math.pow(1e10, -1 / (1 + p))
            };
            double[][] a = {{4, 0, 0}, {0, 1e-10, 0}, {0, 0, 1e10}};
            double[] x = PositivePoint.solve(a, p);
            for (int i = 0; i < 3; i++) {
                assertEquals(1, x[i] / expected[i], 1e-9);
            }
        }
    }

    /** Two unit vectors with cosine k: x = (1 + k)^(-1/(1+p)) for both. */
    @Test
    void equalVectorsHaveAClosedForm() {
        for (double k : new double[] {-0.999, -0.5, 0, 0.7, 1}) {
            for (double p : new double[] {0.5, 1, 3}) {
                double expected = Math.pow(1 + k, -1 / (1 + p));
                double[] x = PositivePoint.solve(new double[][] {{1, k}, {k, 1}}, p);
                assertArrayEquals(new double[] {expected, expected}, x, 1e-6 * expected);
            }
        }
    }

    @Test
    void residualVanishesUpToFortyTasks() {
        for (int tasks : new int[] {2, 3, 10, 40}) {
            for (double p : new double[] {0.1, 0.5, 1, 2}) {
                for (double spread : new double[] {0, 3}) {
                    double[][] g = Matrices.random(tasks, 3 * tasks, tasks, tasks);
                    for (int t = 0; t < tasks; t++) {
                        g[t] = Small.scaled(g[t], Math.pow(10, spread * Math.sin(t)));
                    }
                    double[][] a = Matrices.gramian(g);
                    double[] x = PositivePoint.solve(a, p);
                    double[] left = Small.times(a, x);
                    for (int t = 0; t < tasks; t++) {
                        assertTrue(x[t] > 0);
                        assertEquals(
                                1, left[t] * Math.pow(x[t], p), 1e-6, tasks + " " + p + " " + t);
                    }
                }
            }
        }
    }

    @Test
    void emptyTasksGetNothing() {
        assertArrayEquals(
                new double[] {0, 0.5, 0},
                PositivePoint.solve(new double[][] {{0, 0, 0}, {0, 4, 0}, {0, 0, 0}}, 1),
                1e-9);
    }
}
