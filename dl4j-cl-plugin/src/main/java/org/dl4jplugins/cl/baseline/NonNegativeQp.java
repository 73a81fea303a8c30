package org.dl4jplugins.cl.baseline;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * The exact minimum of {@code u P u / 2 + c u} over u that is nowhere negative, by the active sets
 * of Lawson and Hanson (1974). Meant for a few dozen unknowns.
 */
final class NonNegativeQp {

    private final RealMatrix p;
    private final double[] c;
    private final double[] u;
    private final boolean[] free;

    private NonNegativeQp(double[][] p, double[] c) {
        this.p = MatrixUtils.createRealMatrix(p);
        this.c = c;
        this.u = new double[c.length];
        this.free = new boolean[c.length];
    }

    /**
     * Solves.
     *
     * @param p [n][n] symmetric, positive definite
     * @param c [n]
     * @return [n] u
     * @throws IllegalArgumentException if P is not positive definite or not symmetric
     */
    static double[] solve(double[][] p, double[] c) {
        return new NonNegativeQp(p, c).solve();
    }

    private double[] solve() {
        double tolerance = 1e-12 * DoubleStream.of(c).map(Math::abs).max().orElse(0);
        for (int round = 0; round < 10 * c.length + 10; round++) {
            int entering = steepest(tolerance);
            if (entering < 0) {
                return u;
            }
            free[entering] = true;
            boolean inside = step();
            while (!inside) {
                inside = step();
            }
        }
        return u;
    }

    /** The unknown at 0 whose growth helps most, -1 if none does. */
    private int steepest(double tolerance) {
        double[] slope = p.operate(u);
        int best = -1;
        double most = tolerance;
        for (int i = 0; i < c.length; i++) {
            double gain = -(slope[i] + c[i]);
            if (!free[i] && gain > most) {
                best = i;
                most = gain;
            }
        }
        return best;
    }

    /** Goes to the minimum over the free unknowns, or to the first border on the way. */
    private boolean step() {
        int[] set = IntStream.range(0, c.length).filter(i -> free[i]).toArray();
        if (set.length == 0) {
            return true;
        }
        double[] right = IntStream.of(set).mapToDouble(i -> -c[i]).toArray();
        double[] target = minimum(p.getSubMatrix(set, set), right);
        double way = 1;
        int border = -1;
        for (int k = 0; k < set.length; k++) {
            double now = u[set[k]];
            if (target[k] <= 0 && now / (now - target[k]) <= way) {
                way = now == 0 ? 0 : now / (now - target[k]);
                border = set[k];
            }
        }
        for (int k = 0; k < set.length; k++) {
            u[set[k]] += way * (target[k] - u[set[k]]);
        }
        if (border < 0) {
            return true;
        }
        u[border] = 0;
        free[border] = false;
        return false;
    }

    private static double[] minimum(RealMatrix matrix, double[] right) {
        try {
            return new CholeskyDecomposition(matrix)
                    .getSolver()
                    .solve(new ArrayRealVector(right, false))
                    .toArray();
        } catch (org.apache.commons.math3.exception.MathIllegalArgumentException e) {
            throw new IllegalArgumentException("P must be symmetric and positive definite", e);
        }
    }
}
