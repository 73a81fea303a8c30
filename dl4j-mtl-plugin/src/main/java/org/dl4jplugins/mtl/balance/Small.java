package org.dl4jplugins.mtl.balance;

import java.util.Arrays;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/** Linear algebra on matrices of the size of the number of tasks. */
final class Small {

    private static final double SINGULAR = 1e-300;

    private Small() {}

    static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            product[i] = dot(matrix[i], vector);
        }
        return product;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** w' A w, never below 0. */
    static double square(double[][] gramian, double[] w) {
        return Math.max(0, dot(w, times(gramian, w)));
    }

    static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }

    static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(v -> v * factor).toArray();
    }

    /** Softmax that cannot overflow. */
    static double[] softmax(double[] values) {
        double max = Arrays.stream(values).max().orElseThrow();
        double[] e = Arrays.stream(values).map(v -> Math.exp(v - max)).toArray();
        return scaled(e, 1 / sum(e));
    }

    /** Norms of the gradients, the square roots of the diagonal. */
    static double[] norms(double[][] gramian) {
        double[] norms = new double[gramian.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = Math.sqrt(gramian[i][i]);
        }
        return norms;
    }

    /** Gramian of the gradients after row i has been multiplied by factor i. */
    static double[][] rescaled(double[][] gramian, double[] factor) {
        int n = gramian.length;
        double[][] result = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                result[i][j] = factor[i] * gramian[i][j] * factor[j];
            }
        }
        return result;
    }

    /** Gramian of the tasks in the given order. */
    static double[][] part(double[][] gramian, int[] tasks) {
        double[][] result = new double[tasks.length][tasks.length];
        for (int i = 0; i < tasks.length; i++) {
            for (int j = 0; j < tasks.length; j++) {
                result[i][j] = gramian[tasks[i]][tasks[j]];
            }
        }
        return result;
    }

    static double trace(double[][] gramian) {
        double trace = 0;
        for (int i = 0; i < gramian.length; i++) {
            trace += gramian[i][i];
        }
        return trace;
    }

    /** Gramian divided by its trace; unchanged if that is 0. */
    static double[][] traceOne(double[][] gramian) {
        double trace = trace(gramian);
        double[][] result = new double[gramian.length][];
        for (int i = 0; i < gramian.length; i++) {
            result[i] = trace > 0 ? scaled(gramian[i], 1 / trace) : gramian[i].clone();
        }
        return result;
    }

    /**
     * Solution of a square system.
     *
     * @return the solution, or null if the matrix is singular
     */
    static double[] solve(double[][] matrix, double[] right) {
        DecompositionSolver solver =
                new LUDecomposition(MatrixUtils.createRealMatrix(matrix), SINGULAR).getSolver();
        if (!solver.isNonSingular()) {
            return null;
        }
        double[] solution = solver.solve(new ArrayRealVector(right)).toArray();
        for (double x : solution) {
            if (!Double.isFinite(x)) {
                return null;
            }
        }
        return solution;
    }

    /** Eigenvalues (descending) and eigenvectors (columns) of a symmetric matrix. */
    static EigenDecomposition eigen(double[][] matrix) {
        int n = matrix.length;
        RealMatrix symmetric = MatrixUtils.createRealMatrix(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                symmetric.setEntry(i, j, 0.5 * (matrix[i][j] + matrix[j][i]));
            }
        }
        return new EigenDecomposition(symmetric);
    }
}
