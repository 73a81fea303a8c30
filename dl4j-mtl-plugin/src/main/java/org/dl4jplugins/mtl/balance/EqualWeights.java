package org.dl4jplugins.mtl.balance;

/** Weight 1 for every task: the sum of the losses, DL4J's own behavior (joint training). */
public final class EqualWeights implements LossWeighting {

    @Override
    public double[] weights(double[] losses) {
        Check.losses(losses);
        return Small.filled(losses.length, 1);
    }
}
