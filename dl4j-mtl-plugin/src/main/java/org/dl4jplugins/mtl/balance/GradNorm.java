package org.dl4jplugins.mtl.balance;

import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * GradNorm: learned weights that bring the weighted gradient norms to a common size, larger for
 * tasks that train slowly. Z. Chen et al., "GradNorm: Gradient Normalization for Adaptive Loss
 * Balancing in Deep Multitask Networks" (ICML 2018), equation 2.
 *
 * <p>The weights are T softmax(s), so that they stay positive and sum to T; training speeds are
 * measured against the losses of the first call.
 */
public final class GradNorm implements Weighting {

    private final double alpha;
    private final LearnedVector logits;
    private double[] first = new double[0];

    /** alpha = 1.5, Adam with learning rate 0.025. */
    public GradNorm() {
        this(1.5, new Adam(0.025));
    }

    /**
     * Learned weights.
     *
     * @param alpha strength of the pull towards equal training speeds; at least 0
     * @param updater moves the logits
     */
    public GradNorm(double alpha, IUpdater updater) {
        this.alpha = Check.notNegative("alpha", alpha);
        this.logits = new LearnedVector(updater, 0);
    }

    /** {@inheritDoc} The weights are those before the step on the logits that this call makes. */
    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        Check.positiveLosses(losses);
        int tasks = losses.length;
        double[] share = Small.softmax(logits.values(tasks));
        if (first.length == 0) {
            first = losses.clone();
        }
        double[] norms = Small.norms(gramian);
        double[] speed = new double[tasks];
        double meanNorm = 0;
        double meanSpeed = 0;
        for (int t = 0; t < tasks; t++) {
            speed[t] = losses[t] / first[t];
            meanSpeed += speed[t] / tasks;
            meanNorm += share[t] * norms[t];
        }
        double[] slope = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            double target = meanNorm * Math.pow(speed[t] / meanSpeed, alpha);
            slope[t] = Math.signum(tasks * share[t] * norms[t] - target) * norms[t];
        }
        double meanSlope = Small.dot(share, slope);
        double[] gradient = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            gradient[t] = tasks * share[t] * (slope[t] - meanSlope);
        }
        logits.descend(gradient);
        return Small.scaled(share, tasks);
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
        first = new double[0];
        logits.reset();
    }

    @Override
    public double[] state() {
        return States.join(first, logits.state());
    }

    @Override
    public void restore(double[] state) {
        List<double[]> parts = States.split(this, state, 2);
        Check.state(this, state, logits.restore(parts.get(1)));
        first = parts.get(0);
    }
}
