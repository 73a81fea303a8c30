package org.dl4jplugins.mtl.balance;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Uncertainty Weighting: total = sum of loss / (2 exp(s)) + s / 2 with a learned log variance s per
 * task, starting at -0.5. A. Kendall, Y. Gal and R. Cipolla, "Multi-Task Learning Using Uncertainty
 * to Weigh Losses for Scene Geometry and Semantics" (CVPR 2018), equation 7.
 */
public final class UW implements LossWeighting {

    private static final double START = -0.5;

    private final LearnedVector logVariance;

    /** Learns s with Adam, learning rate 0.001. */
    public UW() {
        this(new Adam(1e-3));
    }

    /**
     * Learns s with the given updater.
     *
     * @param updater any DL4J updater; its schedule counts the calls
     */
    public UW(IUpdater updater) {
        logVariance = new LearnedVector(updater, START);
    }

    /** {@inheritDoc} The weights are those before the step on s that this call makes. */
    @Override
    public double[] weights(double[] losses) {
        Check.losses(losses);
        double[] s = logVariance.values(losses.length);
        double[] weights = new double[s.length];
        double[] gradient = new double[s.length];
        for (int t = 0; t < s.length; t++) {
            weights[t] = 0.5 * Math.exp(-s[t]);
            gradient[t] = 0.5 - weights[t] * losses[t];
        }
        logVariance.descend(gradient);
        return weights;
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void epochEnded() {
        logVariance.epochEnded();
    }

    @Override
    public void reset() {
        logVariance.reset();
    }

    @Override
    public double[] state() {
        return logVariance.state();
    }

    @Override
    public void restore(double[] state) {
        Check.state(this, state, logVariance.restore(state));
    }
}
