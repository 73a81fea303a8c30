package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Gradient matrices [task, parameter] of every kind that balancing methods must bear. */
final class Matrices {

    static final double[] SCALES = {1e-15, 1e-10, 1e-3, 1, 1e3, 1e5, 1e10, 1e15};

    private Matrices() {}

    /** Full rank, rank-deficient, zero, stationary, repeated, opposite, with empty rows. */
    static Map<String, double[][]> typical() {
        Map<String, double[][]> all = new LinkedHashMap<>();
        int[][] sizes = {
            {1, 1, 1},
            {2, 2, 2},
            {2, 5, 1},
            {4, 3, 1},
            {4, 3, 2},
            {4, 3, 3},
            {9, 11, 5},
            {9, 11, 9},
            {40, 60, 40},
            {40, 60, 13}
        };
        for (int[] s : sizes) {
            all.put("rank " + s[2] + " of " + s[0] + "x" + s[1], random(s[0], s[1], s[2], 1));
        }
        for (int[] s : new int[][] {{1, 1}, {4, 3}, {9, 11}}) {
            all.put("zero " + s[0] + "x" + s[1], new double[s[0]][s[1]]);
        }
        for (int[] s : new int[][] {{5, 3, 3}, {9, 11, 6}, {7, 13, 2}}) {
            all.put("strongly stationary " + s[0] + "x" + s[1], stationary(s[0], s[1], s[2]));
        }
        double[][] repeated = random(3, 6, 3, 2);
        all.put("repeated", new double[][] {repeated[0], repeated[1], repeated[0], repeated[2]});
        all.put("opposite", new double[][] {{1, 2}, {-2, -4}});
        all.put("empty row", new double[][] {{1, 2, 3}, {0, 0, 0}, {-1, 1, 0.5}});
        all.put("very unequal", new double[][] {{1e15, 2e15}, {-3e-15, 1e-15}, {1, -1}});
        return all;
    }

    /** No convex combination is zero: a common direction of descent exists. */
    static Map<String, double[][]> notStationary() {
        Map<String, double[][]> all = new LinkedHashMap<>();
        for (int[] s : new int[][] {{2, 3, 2}, {5, 7, 3}, {9, 11, 6}, {40, 60, 40}}) {
            double[][] g = random(s[0], s[1], s[2], 3);
            for (double[] row : g) {
                row[0] = 0.3 + Math.abs(row[0]);
            }
            all.put("common descent " + s[0] + "x" + s[1], g);
        }
        return all;
    }

    static double[][] random(int tasks, int parameters, int rank, long seed) {
        Random random = new Random(seed + 31L * tasks + parameters);
        return product(gaussian(random, tasks, rank), gaussian(random, rank, parameters));
    }

    /** v'G = 0 for some v above 0. */
    private static double[][] stationary(int tasks, int parameters, int rank) {
        Random random = new Random(tasks + 17L * parameters);
        double[][] left = gaussian(random, tasks, rank);
        double[] v = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            v[t] = 0.1 + Math.abs(random.nextGaussian());
        }
        for (int k = 0; k < rank; k++) {
            double sum = 0;
            for (int t = 0; t < tasks; t++) {
                sum += v[t] * left[t][k];
            }
            for (int t = 0; t < tasks; t++) {
                left[t][k] -= sum * v[t] / Small.dot(v, v);
            }
        }
        return product(left, gaussian(random, rank, parameters));
    }

    private static double[][] gaussian(Random random, int rows, int columns) {
        double[][] matrix = new double[rows][columns];
        for (double[] row : matrix) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return matrix;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            c[i] = combine(b, a[i]);
        }
        return c;
    }

    static double[][] scaled(double[][] g, double factor) {
        double[][] result = new double[g.length][];
        for (int t = 0; t < g.length; t++) {
            result[t] = Small.scaled(g[t], factor);
        }
        return result;
    }

    static double[][] gramian(double[][] g) {
        double[][] gramian = new double[g.length][g.length];
        for (int i = 0; i < g.length; i++) {
            for (int j = 0; j < g.length; j++) {
                gramian[i][j] = Small.dot(g[i], g[j]);
            }
        }
        return gramian;
    }

    /** Sum of the rows with these weights. */
    static double[] combine(double[][] g, double[] weights) {
        double[] direction = new double[g[0].length];
        for (int t = 0; t < weights.length; t++) {
            for (int p = 0; p < direction.length; p++) {
                direction[p] += weights[t] * g[t][p];
            }
        }
        return direction;
    }

    static double norm(double[] vector) {
        double largest = 0;
        for (double v : vector) {
            largest = Math.max(largest, Math.abs(v));
        }
        return largest == 0
                ? 0
                : largest
                        * Math.sqrt(
                                Small.dot(
                                        Small.scaled(vector, 1 / largest),
                                        Small.scaled(vector, 1 / largest)));
    }

    static List<double[][]> values(Map<String, double[][]> named) {
        return new ArrayList<>(named.values());
    }
}
