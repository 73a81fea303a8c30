package org.dl4jplugins.mtl.balance;

import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * IMTL-L, the loss part of Impartial Multi-Task Learning: total = sum of exp(s) loss - s with a
 * learned scale s per task, starting at 0. L. Liu et al., "Towards Impartial Multi-task Learning"
 * (ICLR 2021), equation 6. {@code new Chained(new IMTLL(), new IMTLG())} is the whole of IMTL.
 */
public final class IMTLL implements LossWeighting {

    private static final double START = 0;

    private final LearnedVector scale;

    /** Learns s with Adam, learning rate 0.001. */
    public IMTLL() {
        this(new Adam(1e-3));
    }

    /**
     * Learns s with the given updater.
     *
     * @param updater any DL4J updater; its schedule counts the calls
     */
    public IMTLL(IUpdater updater) {
        scale = new LearnedVector(updater, START);
    }

    /** {@inheritDoc} The weights are those before the step on s that this call makes. */
    @Override
    public double[] weights(double[] losses) {
        Check.losses(losses);
        double[] s = scale.values(losses.length);
        double[] weights = new double[s.length];
        double[] gradient = new double[s.length];
        for (int t = 0; t < s.length; t++) {
            weights[t] = Math.exp(s[t]);
            gradient[t] = weights[t] * losses[t] - 1;
        }
        scale.descend(gradient);
        return weights;
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void epochEnded() {
        scale.epochEnded();
    }

    @Override
    public void reset() {
        scale.reset();
    }

    @Override
    public double[] state() {
        return scale.state();
    }

    @Override
    public void restore(double[] state) {
        Check.state(this, state, scale.restore(state));
    }
}
