package org.dl4jplugins.mtl.balance;

import java.util.Objects;

/**
 * Multiple-Gradient Descent Algorithm: the shortest vector in the convex hull of the task
 * gradients. O. Sener and V. Koltun, "Multi-Task Learning as Multi-Objective Optimization" (NeurIPS
 * 2018), equation 4, solved exactly.
 *
 * <p>The direction is 0 at Pareto-stationary points and harms no task elsewhere.
 */
public final class MGDA implements Weighting {

    /** By what each task's gradient is divided before the shortest vector is sought. */
    public enum Normalization {
        /** By 1. */
        NONE,
        /** By its length. */
        L2,
        /** By the task's loss. */
        LOSS,
        /** By the task's loss times the gradient's length. */
        LOSS_PLUS
    }

    private final Normalization normalization;

    /** No normalization. */
    public MGDA() {
        this(Normalization.NONE);
    }

    /**
     * Shortest vector of normalized gradients.
     *
     * @param normalization what each gradient is divided by
     */
    public MGDA(Normalization normalization) {
        this.normalization = Objects.requireNonNull(normalization, "normalization");
    }

    /**
     * {@inheritDoc} The direction is the shortest vector of the normalized gradients: the weights
     * are the convex weights divided by the normalization.
     */
    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        if (normalization == Normalization.NONE) {
            return MinNormPoint.weights(gramian);
        }
        if (normalization != Normalization.L2) {
            Check.positiveLosses(losses);
        }
        double[] norms = Small.norms(gramian);
        double[] factor = new double[losses.length];
        for (int t = 0; t < factor.length; t++) {
            double length = norms[t] > 0 ? norms[t] : 1;
            factor[t] =
                    switch (normalization) {
                        case L2 -> 1 / length;
                        case LOSS -> 1 / losses[t];
                        default -> 1 / (losses[t] * length);
                    };
        }
        double[] weights = MinNormPoint.weights(Small.rescaled(gramian, factor));
        for (int t = 0; t < factor.length; t++) {
            weights[t] *= factor[t];
        }
        return weights;
    }
}
