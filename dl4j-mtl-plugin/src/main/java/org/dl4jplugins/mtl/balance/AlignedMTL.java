package org.dl4jplugins.mtl.balance;

import java.util.Objects;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Aligned-MTL: replaces the matrix of the task gradients by the nearest one with orthogonal rows of
 * equal length (condition number 1) and sums its rows. D. Senushkin et al., "Independent Component
 * Alignment for Multi-Task Learning" (CVPR 2023), algorithm 1.
 */
public final class AlignedMTL implements Weighting {

    /** The common squared length of the aligned gradients. */
    public enum Scale {
        /** Smallest eigenvalue of the Gramian, as published. */
        MIN,
        /** Median eigenvalue; of an even number the lower of the two in the middle. */
        MEDIAN,
        /** Mean eigenvalue, that is the root mean square of the singular values. */
        RMSE
    }

    private static final double RANK = 1e-12;

    private final Scale scale;
    private final Preference preference;

    /** Smallest eigenvalue, no preference. */
    public AlignedMTL() {
        this(Scale.MIN);
    }

    /**
     * Aligned gradients.
     *
     * @param scale length of the aligned gradients
     * @param preference weight of each aligned gradient; none given means 1
     */
    public AlignedMTL(Scale scale, double... preference) {
        this.scale = Objects.requireNonNull(scale, "scale");
        this.preference = new Preference("preference", preference);
    }

    /** {@inheritDoc} Eigenvalues below 1e-12 of the largest are left out. */
    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        double[] wanted = preference.of(tasks, 1);
        double[] weights = new double[tasks];
        if (Small.trace(gramian) == 0) {
            return weights;
        }
        EigenDecomposition eigen = Small.eigen(Small.traceOne(gramian));
        double[] values = eigen.getRealEigenvalues();
        int rank = 0;
        double sum = 0;
        while (rank < tasks && values[rank] > RANK * values[0]) {
            sum += values[rank++];
        }
        double common =
                switch (scale) {
                    case MIN -> values[rank - 1];
                    case MEDIAN -> values[rank / 2];
                    case RMSE -> sum / rank;
                };
        for (int k = 0; k < rank; k++) {
            double[] vector = eigen.getEigenvector(k).toArray();
            double share = Math.sqrt(common / values[k]) * Small.dot(vector, wanted);
            for (int t = 0; t < tasks; t++) {
                weights[t] += share * vector[t];
            }
        }
        return weights;
    }

    @Override
    public boolean remembersTasks() {
        return preference.given();
    }
}
