package org.dl4jplugins.mtl.balance;

/**
 * The sum of the logarithms of the losses: weight = 1 / loss. The unit in which a loss is measured
 * no longer matters.
 */
public final class ScaleInvariant implements LossWeighting {

    @Override
    public double[] weights(double[] losses) {
        Check.positiveLosses(losses);
        double[] weights = new double[losses.length];
        for (int t = 0; t < losses.length; t++) {
            weights[t] = 1 / losses[t];
        }
        return weights;
    }
}
