package org.dl4jplugins.mtl.balance;

/**
 * FairGrad: alpha-fair improvement of the tasks, positive weights with A w = w^(-1/alpha). H. Ban
 * and K. Ji, "Fair Resource Allocation in Multi-Task Learning" (ICML 2024), equation 5. alpha = 1
 * is Nash-MTL without its limit on the length; the larger alpha, the closer to the worst task's
 * interest. Solved exactly.
 */
public final class FairGrad implements Weighting {

    private final double alpha;

    /** alpha = 1, as published. */
    public FairGrad() {
        this(1);
    }

    /**
     * Fair weights.
     *
     * @param alpha fairness, above 0
     */
    public FairGrad(double alpha) {
        this.alpha = Check.positive("alpha", alpha);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        return PositivePoint.solve(gramian, 1 / alpha);
    }
}
