package org.dl4jplugins.mtl.balance;

import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Fast Adaptive Multitask Optimization: decreases all log losses at the same rate, without task
 * gradients. B. Liu et al., "FAMO: Fast Adaptive Multitask Optimization" (NeurIPS 2023), algorithm
 * 1.
 *
 * <p>The step on the logits that belongs to a step of the network is made at the beginning of the
 * following call, with that call's losses; the published code spends a second forward pass on the
 * old mini-batch instead. The weights sum to 1.
 */
public final class FAMO implements LossWeighting {

    private static final double TINY = 1e-8;

    private final double weightDecay;
    private final double[] minimum;
    private final LearnedVector logits;
    private double[] previous = new double[0];

    /** Adam with learning rate 0.025, weight decay 0.001, smallest possible losses 0. */
    public FAMO() {
        this(new Adam(0.025), 1e-3);
    }

    /**
     * Adaptive weights.
     *
     * @param updater moves the logits
     * @param weightDecay gamma, pulls the logits to 0; at least 0
     * @param minimum smallest possible loss of each task; none given means 0
     */
    public FAMO(IUpdater updater, double weightDecay, double... minimum) {
        this.weightDecay = Check.notNegative("weightDecay", weightDecay);
        this.minimum = minimum.clone();
        this.logits = new LearnedVector(updater, 0);
    }

    @Override
    public double[] weights(double[] losses) {
        double[] excess = excess(losses);
        int tasks = losses.length;
        double[] w = logits.values(tasks);
        if (previous.length > 0) {
            logits.descend(logitGradient(w, excess));
            w = logits.values(tasks);
        }
        previous = excess;
        double[] weights = Small.softmax(w);
        for (int t = 0; t < tasks; t++) {
            weights[t] /= excess[t];
        }
        return Small.scaled(weights, 1 / Small.sum(weights));
    }

    private double[] excess(double[] losses) {
        Check.losses(losses);
        if (minimum.length > 0) {
            Check.count("minimum", minimum.length, losses.length);
        }
        double[] excess = new double[losses.length];
        for (int t = 0; t < losses.length; t++) {
            excess[t] = losses[t] - (minimum.length > 0 ? minimum[t] : 0) + TINY;
            if (excess[t] <= 0) {
                throw new IllegalArgumentException(
                        "losses["
                                + t
                                + "] = "
                                + losses[t]
                                + " is below the smallest possible loss "
                                + (minimum.length > 0 ? minimum[t] : 0));
            }
        }
        return excess;
    }

    private double[] logitGradient(double[] w, double[] excess) {
        double[] z = Small.softmax(w);
        double[] decrease = new double[w.length];
        for (int t = 0; t < w.length; t++) {
            decrease[t] = Math.log(previous[t]) - Math.log(excess[t]);
        }
        double mean = Small.dot(z, decrease);
        double[] gradient = new double[w.length];
        for (int t = 0; t < w.length; t++) {
            gradient[t] = z[t] * (decrease[t] - mean) + weightDecay * w[t];
        }
        return gradient;
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void epochEnded() {
        logits.epochEnded();
    }

    @Override
    public void reset() {
        previous = new double[0];
        logits.reset();
    }

    @Override
    public double[] state() {
        return States.join(previous, logits.state());
    }

    @Override
    public void restore(double[] state) {
        List<double[]> parts = States.split(this, state, 2);
        Check.state(this, state, logits.restore(parts.get(1)));
        previous = parts.get(0);
    }
}
