package org.dl4jplugins.mtl.balance;

/**
 * UPGrad: projects every task gradient onto the dual cone, where it harms no task, and averages. P.
 * Quinton and V. Rey, "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232),
 * section 3. Non-conflicting up to the regularization, and on the scale of the MEAN gradient.
 */
public final class UPGrad implements Weighting {

    private final double regularization;
    private final Preference preference;

    /** Regularization 1e-4, mean of the projections, as in TorchJD. */
    public UPGrad() {
        this(1e-4);
    }

    /**
     * Unconflicting projections.
     *
     * @param regularization added to the diagonal of the Gramian of trace 1; at least 0
     * @param preference weight of each projected gradient; none given means 1 / T
     */
    public UPGrad(double regularization, double... preference) {
        this.regularization = Check.notNegative("regularization", regularization);
        this.preference = new Preference("preference", preference);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        double[] wanted = preference.of(tasks, 1.0 / tasks);
        if (Small.trace(gramian) == 0) {
            return wanted;
        }
        double[][] g = DualCone.regularized(gramian, regularization);
        double[] weights = new double[tasks];
        for (int k = 0; k < tasks; k++) {
            double[] one = new double[tasks];
            one[k] = wanted[k];
            double[] projected = DualCone.project(g, one);
            for (int t = 0; t < tasks; t++) {
                weights[t] += projected[t];
            }
        }
        return weights;
    }

    @Override
    public boolean remembersTasks() {
        return preference.given();
    }
}
