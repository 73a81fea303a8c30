package org.dl4jplugins.mtl.balance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Against closed forms, a brute-force search of all faces, and the optimality conditions. */
class MinNormPointTest {

    @Test
    void twoVectorsHaveAClosedForm() {
        assertArrayEquals(
                new double[] {0.5, 0.5}, MinNormPoint.weights(new double[][] {{1, 0}, {0, 1}}));
        // Sener and Koltun, algorithm 1: (g2 - g1)'g2 / |g1 - g2|^2, clipped to [0, 1].
        for (int seed = 0; seed < 50; seed++) {
            double[][] a = Matrices.gramian(Matrices.random(2, 3, 2, seed));
            double share = (a[1][1] - a[0][1]) / (a[0][0] + a[1][1] - 2 * a[0][1]);
            double expected = Math.max(0, Math.min(1, share));
            double[] w = MinNormPoint.weights(a);
            assertEquals(expected, w[0], 1e-9);
            assertEquals(1 - expected, w[1], 1e-9);
        }
    }

    /** The best of the affine minima of all subsets that lie in their simplex. */
    private static double bruteForce(double[][] a) {
        int n = a.length;
        double best = Double.POSITIVE_INFINITY;
        for (int subset = 1; subset < 1 << n; subset++) {
            int[] members = new int[Integer.bitCount(subset)];
            int size = 0;
            for (int i = 0; i < n; i++) {
                if ((subset >> i & 1) == 1) {
                    members[size++] = i;
                }
            }
            double[][] system = new double[size + 1][size + 1];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    system[i][j] = a[members[i]][members[j]];
                }
                system[i][size] = 1;
                system[size][i] = 1;
            }
            double[] right = new double[size + 1];
            right[size] = 1;
            double[] solution = Small.solve(system, right);
            if (solution == null) {
                continue;
            }
            double[] w = new double[n];
            boolean inside = true;
            for (int i = 0; i < size; i++) {
                w[members[i]] = solution[i];
                inside &= solution[i] >= -1e-12;
            }
            if (inside) {
                best = Math.min(best, Small.square(a, w));
            }
        }
        return best;
    }

    @Test
    void noFaceIsNearer() {
        for (int seed = 0; seed < 60; seed++) {
            int tasks = 3 + seed % 6;
            double[][] a = Matrices.gramian(Matrices.random(tasks, tasks + 2, tasks, seed));
            double found = Small.square(a, MinNormPoint.weights(a));
            assertEquals(bruteForce(a), found, 1e-9 * Small.trace(a), "seed " + seed);
        }
    }

    /** x'g_i is at least |x|^2 for all i, and equal where the weight is positive. */
    @Test
    void optimalityConditionsHoldForFortyVectors() {
        for (int rank : new int[] {5, 20, 40}) {
            double[][] g = Matrices.random(40, 50, rank, rank);
            for (double[] row : g) {
                row[0] += 3;
            }
            double[][] a = Matrices.gramian(g);
            double[] w = MinNormPoint.weights(a);
            double[] products = Small.times(a, w);
            double square = Small.dot(w, products);
            assertEquals(1, Small.sum(w), 1e-12);
            for (int i = 0; i < 40; i++) {
                assertTrue(w[i] >= 0);
                assertTrue(products[i] >= square - 1e-9 * a[i][i]);
                assertTrue(w[i] == 0 || Math.abs(products[i] - square) < 1e-9 * a[i][i]);
            }
        }
    }

    /** Lengths 1e15 and 1e-15: the weight of the long vector is tiny but right. */
    @Test
    void veryUnequalLengths() {
        double[][] g = {{1e15, 0}, {-1e-15, 1e-15}};
        double[] w = MinNormPoint.weights(Matrices.gramian(g));
        assertEquals(1e-30, w[0], 1e-36);
        assertEquals(1, w[1], 1e-12);
        assertEquals(0, Matrices.combine(g, w)[0], 1e-24);
    }
}
