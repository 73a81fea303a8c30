package org.dl4jplugins.mtl.balance;

import java.util.Arrays;

/**
 * Nash-MTL: the Nash bargaining solution, positive weights with A alpha = 1 / alpha. A. Navon et
 * al., "Multi-Task Learning as a Bargaining Game" (ICML 2022), claim 3.1. The equation is solved
 * exactly, where the published sequence of convex programs may stop early.
 */
public final class NashMTL implements Weighting {

    private static final double TINY = 1e-6;

    private final int updateEvery;
    private final double maxNorm;
    private double calls;
    private double[] alpha = new double[0];

    /** New weights in every step, direction no longer than 1, as published. */
    public NashMTL() {
        this(1, 1);
    }

    /**
     * Bargaining weights.
     *
     * @param updateEvery weights are computed in every updateEvery-th call and kept between; at
     *     least 1
     * @param maxNorm longer directions are shortened to this length; 0 for no limit
     */
    public NashMTL(int updateEvery, double maxNorm) {
        this.updateEvery = Check.atLeast("updateEvery", updateEvery, 1);
        this.maxNorm = Check.notNegative("maxNorm", maxNorm);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        if (alpha.length == 0 || calls % updateEvery == 0) {
            alpha = PositivePoint.solve(gramian, 1);
        }
        calls++;
        Check.count("the memory", alpha.length, losses.length);
        double length = Math.sqrt(Small.square(gramian, alpha));
        double factor = maxNorm > 0 ? Math.min(1, maxNorm / (length + TINY)) : 1;
        return Small.scaled(alpha, factor);
    }

    @Override
    public boolean remembersTasks() {
        return updateEvery > 1;
    }

    @Override
    public void reset() {
        calls = 0;
        alpha = new double[0];
    }

    @Override
    public double[] state() {
        double[] state = new double[1 + alpha.length];
        state[0] = calls;
        System.arraycopy(alpha, 0, state, 1, alpha.length);
        return state;
    }

    @Override
    public void restore(double[] state) {
        Check.state(this, state, state.length >= 1 && state[0] >= 0);
        calls = state[0];
        alpha = Arrays.copyOfRange(state, 1, state.length);
    }
}
