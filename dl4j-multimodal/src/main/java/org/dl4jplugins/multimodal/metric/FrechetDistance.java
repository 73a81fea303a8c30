package org.dl4jplugins.multimodal.metric;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The squared Frechet (2-Wasserstein) distance of two normal distributions (Dowson and Landau, "The
 * Frechet distance between multivariate normal distributions", 1982):
 *
 * <pre>{@code |m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1^(1/2) C2 C1^(1/2))^(1/2))}</pre>
 *
 * <p>The product has the eigenvalues of C1 C2 but is symmetric, so that covariances without full
 * rank need no care; eigenvalues below 0, which only rounding makes, are taken as 0.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /**
     * The squared distance.
     *
     * @param mean1 [n]
     * @param covariance1 [n, n], symmetric, eigenvalues 0 or more
     * @param mean2 [n]
     * @param covariance2 [n, n]
     * @return 0 or more
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static double squared(
            double[] mean1, double[][] covariance1, double[] mean2, double[][] covariance2) {
        int n = mean1.length;
        if (n == 0 || mean2.length != n || covariance1.length != n || covariance2.length != n) {
            throw new IllegalArgumentException(
                    "means and covariances must be of one size, got "
                            + n
                            + ", "
                            + covariance1.length
                            + ", "
                            + mean2.length
                            + " and "
                            + covariance2.length);
        }
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double difference = mean1[i] - mean2[i];
            distance += difference * difference + covariance1[i][i] + covariance2[i][i];
        }
        RealMatrix root = root(new Array2DRowRealMatrix(covariance1, false));
        RealMatrix product =
                root.multiply(new Array2DRowRealMatrix(covariance2, false)).multiply(root);
        for (double eigenvalue : eigen(product).getRealEigenvalues()) {
            distance -= 2 * Math.sqrt(Math.max(0, eigenvalue));
        }
        return Math.max(0, distance);
    }

    /** The symmetric square root. */
    private static RealMatrix root(RealMatrix matrix) {
        EigenDecomposition eigen = eigen(matrix);
        RealMatrix vectors = eigen.getV();
        RealMatrix scaled = vectors.copy();
        double[] values = eigen.getRealEigenvalues();
        for (int column = 0; column < values.length; column++) {
            double root = Math.sqrt(Math.max(0, values[column]));
            for (int row = 0; row < values.length; row++) {
                scaled.multiplyEntry(row, column, root);
            }
        }
        return scaled.multiply(vectors.transpose());
    }

    /** Of the symmetric part: what is not symmetric is rounding. */
    private static EigenDecomposition eigen(RealMatrix matrix) {
        return new EigenDecomposition(matrix.add(matrix.transpose()).scalarMultiply(0.5));
    }
}
