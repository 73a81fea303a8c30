package org.dl4jplugins.mtl.balance;

import java.util.Random;

/**
 * Random Loss Weighting: in each step the softmax of standard normal numbers. B. Lin et al.,
 * "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning" (TMLR
 * 2022), section 3. The weights sum to 1.
 */
public final class RLW implements LossWeighting {

    private final Draws draws;

    /**
     * Random weights.
     *
     * @param seed the same seed gives the same weights
     */
    public RLW(long seed) {
        draws = new Draws(seed);
    }

    @Override
    public double[] weights(double[] losses) {
        Check.losses(losses);
        Random random = draws.next();
        double[] normals = new double[losses.length];
        for (int t = 0; t < normals.length; t++) {
            normals[t] = random.nextGaussian();
        }
        return fromNormals(normals);
    }

    static double[] fromNormals(double[] normals) {
        return Small.softmax(normals);
    }

    @Override
    public void reset() {
        draws.reset();
    }

    @Override
    public double[] state() {
        return draws.state();
    }

    @Override
    public void restore(double[] state) {
        draws.restore(this, state);
    }
}
