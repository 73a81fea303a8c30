package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

    private static final double[] ZERO = {0, 0};

    @Test
    void diagonalCovariances() {
        double[][] a = {{4, 0}, {0, 9}};
        double[][] b = {{1, 0}, {0, 0}};
        // (1 - 4)^2 + (2 - 0)^2 + (2 - 1)^2 + (3 - 0)^2
        assertEquals(
                9 + 4 + 1 + 9,
                FrechetDistance.squared(new double[] {1, 2}, a, new double[] {4, 0}, b),
                1e-12);
        assertEquals(0, FrechetDistance.squared(ZERO, a, ZERO, a), 1e-12);
    }

    /**
     * For 2 x 2, tr(M^(1/2)) = sqrt(tr(M) + 2 sqrt(det(M))); here tr(AB) = 13, det(AB) = 5 * 3.75.
     */
    @Test
    void covariancesThatDoNotCommute() {
        double[][] a = {{2, 1}, {1, 3}};
        double[][] b = {{1, -0.5}, {-0.5, 4}};
        double expected = 5 + 5 - 2 * Math.sqrt(13 + 2 * Math.sqrt(18.75));
        assertEquals(expected, FrechetDistance.squared(ZERO, a, ZERO, b), 1e-12);
        assertEquals(expected, FrechetDistance.squared(ZERO, b, ZERO, a), 1e-12);
    }

    /** tr((vv' ww')^(1/2)) = |v . w|. */
    @Test
    void covariancesOfRankOne() {
        double[][] v = {{9, 12}, {12, 16}};
        double[][] w = {{25, 0}, {0, 0}};
        assertEquals(25 + 25 - 2 * 15, FrechetDistance.squared(ZERO, v, ZERO, w), 1e-9);
    }

    @Test
    void rotationChangesNothing() {
        int n = 20;
        RandomGenerator random = new MersenneTwister(1);
        double[][] noise = new double[n][n];
        double[] spread = new double[n];
        double[] other = new double[n];
        double expected = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                noise[i][j] = random.nextGaussian();
            }
            spread[i] = Math.exp(random.nextGaussian() * 3);
            other[i] = Math.exp(random.nextGaussian() * 3);
            expected += Math.pow(Math.sqrt(spread[i]) - Math.sqrt(other[i]), 2);
        }
        RealMatrix q = new QRDecomposition(new Array2DRowRealMatrix(noise)).getQ();
        RealMatrix a =
                q.multiply(MatrixUtils.createRealDiagonalMatrix(spread)).multiply(q.transpose());
        RealMatrix b =
                q.multiply(MatrixUtils.createRealDiagonalMatrix(other)).multiply(q.transpose());
        assertEquals(
                expected,
                FrechetDistance.squared(new double[n], a.getData(), new double[n], b.getData()),
                1e-8 * expected);
    }

    @Test
    void sizesMustFit() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        FrechetDistance.squared(
                                ZERO, new double[2][2], new double[3], new double[3][3]));
    }
}
