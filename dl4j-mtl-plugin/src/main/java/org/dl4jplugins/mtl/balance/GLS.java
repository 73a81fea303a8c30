package org.dl4jplugins.mtl.balance;

/**
 * Geometric Loss Strategy: the total is the geometric mean of the losses, so weight = total / (T
 * loss). S. Chennupati et al., "MultiNet++: Multi-Stream Feature Aggregation and Geometric Loss
 * Strategy for Multi-Task Learning" (CVPRW 2019), equation 3.
 */
public final class GLS implements LossWeighting {

    @Override
    public double[] weights(double[] losses) {
        Check.positiveLosses(losses);
        int tasks = losses.length;
        double logMean = 0;
        for (double loss : losses) {
            logMean += Math.log(loss) / tasks;
        }
        double[] weights = new double[tasks];
        for (int t = 0; t < tasks; t++) {
            weights[t] = Math.exp(logMean - Math.log(losses[t])) / tasks;
        }
        return weights;
    }
}
