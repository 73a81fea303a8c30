package org.dl4jplugins.mtl.balance;

import java.util.Arrays;
import java.util.Random;

/**
 * Gradient Vaccine: rotates each task gradient towards every other one until their cosine reaches a
 * target, the moving average of the cosines seen so far; the results are summed. Z. Wang et al.,
 * "Gradient Vaccine" (ICLR 2021), equations 2 and 3. Target 0 for ever would be PCGrad.
 *
 * <p>As in the paper every visited pair enters the average; LibMTL averages conflicting pairs only.
 */
public final class GradVac implements Weighting {

    private static final double MOST = 1 - 1e-8;

    private final double beta;
    private final Draws draws;
    private double[][] target = new double[0][0];

    /**
     * The paper's beta, 0.01.
     *
     * @param seed of the random orders
     */
    public GradVac(long seed) {
        this(0.01, seed);
    }

    /**
     * Vaccinated gradients.
     *
     * @param beta share of the newest cosine in the moving average, from 0 to 1
     * @param seed of the random orders
     */
    public GradVac(double beta, long seed) {
        this.beta = Check.fraction("beta", beta);
        this.draws = new Draws(seed);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        if (target.length == 0) {
            target = new double[tasks][tasks];
        }
        Check.count("the memory", target.length, tasks);
        Random random = draws.next();
        double[] weights = new double[tasks];
        for (int task = 0; task < tasks; task++) {
            double[] turned = new double[tasks];
            turned[task] = 1;
            for (int other : Draws.permutation(random, tasks)) {
                if (other != task) {
                    turn(gramian, turned, task, other);
                }
            }
            for (int t = 0; t < tasks; t++) {
                weights[t] += turned[t];
            }
        }
        return weights;
    }

    private void turn(double[][] gramian, double[] turned, int task, int other) {
        double length = Math.sqrt(Small.square(gramian, turned));
        double otherLength = Math.sqrt(gramian[other][other]);
        if (length == 0 || otherLength == 0) {
            return;
        }
        double cosine = Small.dot(gramian[other], turned) / length / otherLength;
        cosine = Math.max(-1, Math.min(1, cosine));
        double goal = Math.max(-MOST, Math.min(MOST, target[task][other]));
        if (cosine < goal) {
            double goalSine = Math.sqrt(1 - goal * goal);
            double sine = Math.sqrt(1 - cosine * cosine);
            turned[other] += length * (goal * sine - cosine * goalSine) / (otherLength * goalSine);
        }
        target[task][other] += beta * (cosine - target[task][other]);
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void reset() {
        draws.reset();
        target = new double[0][0];
    }

    @Override
    public double[] state() {
        int tasks = target.length;
        double[] state = Arrays.copyOf(draws.state(), 1 + tasks * tasks);
        for (int i = 0; i < tasks; i++) {
            System.arraycopy(target[i], 0, state, 1 + i * tasks, tasks);
        }
        return state;
    }

    @Override
    public void restore(double[] state) {
        int tasks = (int) Math.round(Math.sqrt(Math.max(0, state.length - 1)));
        Check.state(this, state, state.length == 1 + tasks * tasks);
        draws.restore(this, Arrays.copyOf(state, 1));
        target = new double[tasks][];
        for (int i = 0; i < tasks; i++) {
            target[i] = Arrays.copyOfRange(state, 1 + i * tasks, 1 + (i + 1) * tasks);
        }
    }
}
