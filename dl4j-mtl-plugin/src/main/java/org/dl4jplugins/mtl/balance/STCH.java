package org.dl4jplugins.mtl.balance;

import java.util.Arrays;

/**
 * Smooth Tchebycheff scalarization: total = T mu log(sum of exp(l / mu)), l = log(loss / nadir). X.
 * Lin et al., "Smooth Tchebycheff Scalarization for Multi-Objective Optimization" (ICML 2024), with
 * the logarithms and the warm-up of the authors' code.
 *
 * <p>During the warm-up epochs the total is the sum of the log losses; the epoch after them does
 * the same and its mean losses become the nadir. Epochs advance with {@link #epochEnded()}.
 */
public final class STCH implements LossWeighting {

    private static final double TINY = 1e-20;

    private final double mu;
    private final int warmupEpochs;
    private double epoch;
    private double calls;
    private boolean ready;
    private double[] nadir = new double[0];

    /** mu = 1 and four epochs of warm-up, as published. */
    public STCH() {
        this(1, 4);
    }

    /**
     * Smooth maximum of the relative losses.
     *
     * @param mu above 0; the smaller, the closer to the worst task alone
     * @param warmupEpochs epochs before the one whose mean losses are the nadir; at least 0
     */
    public STCH(double mu, int warmupEpochs) {
        this.mu = Check.positive("mu", mu);
        this.warmupEpochs = Check.atLeast("warmupEpochs", warmupEpochs, 0);
    }

    @Override
    public double[] weights(double[] losses) {
        Check.positiveLosses(losses);
        int tasks = losses.length;
        if (nadir.length == 0) {
            nadir = new double[tasks];
        }
        Check.count("the nadir", nadir.length, tasks);
        double[] weights = new double[tasks];
        if (ready) {
            double[] relative = new double[tasks];
            for (int t = 0; t < tasks; t++) {
                relative[t] = Math.log(losses[t] / nadir[t] + TINY) / mu;
            }
            double[] share = Small.softmax(relative);
            for (int t = 0; t < tasks; t++) {
                weights[t] = tasks * share[t] / losses[t];
            }
            return weights;
        }
        for (int t = 0; t < tasks; t++) {
            weights[t] = 1 / (losses[t] + TINY);
        }
        if (epoch >= warmupEpochs) {
            for (int t = 0; t < tasks; t++) {
                nadir[t] += (losses[t] - nadir[t]) / (calls + 1);
            }
            calls++;
        }
        return weights;
    }

    @Override
    public void epochEnded() {
        epoch++;
        ready = calls > 0;
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }

    @Override
    public void reset() {
        epoch = 0;
        calls = 0;
        ready = false;
        nadir = new double[0];
    }

    @Override
    public double[] state() {
        double[] state = new double[3 + nadir.length];
        state[0] = epoch;
        state[1] = calls;
        state[2] = ready ? 1 : 0;
        System.arraycopy(nadir, 0, state, 3, nadir.length);
        return state;
    }

    @Override
    public void restore(double[] state) {
        Check.state(this, state, state.length >= 3 && state[0] >= 0 && state[1] >= 0);
        epoch = state[0];
        calls = state[1];
        ready = state[2] == 1;
        nadir = Arrays.copyOfRange(state, 3, state.length);
    }
}
