package org.dl4jplugins.mtl.balance;

/** The user's own weights, the same in every step. */
public final class ConstantWeights implements LossWeighting {

    private final double[] weights;

    /**
     * Fixed weights.
     *
     * @param weights one per task, in the order of the network's outputs; not negative, not all 0
     */
    public ConstantWeights(double... weights) {
        this.weights = Check.preference("weights", weights);
    }

    @Override
    public double[] weights(double[] losses) {
        Check.losses(losses);
        Check.count("weights", weights.length, losses.length);
        return weights.clone();
    }

    @Override
    public boolean remembersTasks() {
        return true;
    }
}
