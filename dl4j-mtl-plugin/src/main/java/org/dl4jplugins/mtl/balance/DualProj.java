package org.dl4jplugins.mtl.balance;

/**
 * DualProj: projects the mean gradient onto the dual cone of the task gradients, where it harms no
 * task. D. Lopez-Paz and M. Ranzato, "Gradient Episodic Memory for Continual Learning" (NeurIPS
 * 2017), equation 11, used as an aggregator. Non-conflicting up to the regularization.
 */
public final class DualProj implements Weighting {

    private final double regularization;
    private final Preference preference;

    /** Regularization 1e-4, projection of the mean, as in TorchJD. */
    public DualProj() {
        this(1e-4);
    }

    /**
     * Projected mean.
     *
     * @param regularization added to the diagonal of the Gramian of trace 1; at least 0
     * @param preference weights of the combination that is projected; none given means 1 / T
     */
    public DualProj(double regularization, double... preference) {
        this.regularization = Check.notNegative("regularization", regularization);
        this.preference = new Preference("preference", preference);
    }

    @Override
    public double[] weights(double[][] gramian, double[] losses) {
        Check.problem(gramian, losses);
        int tasks = losses.length;
        double[] wanted = preference.of(tasks, 1.0 / tasks);
        return Small.trace(gramian) == 0
                ? wanted
                : DualCone.project(DualCone.regularized(gramian, regularization), wanted);
    }

    @Override
    public boolean remembersTasks() {
        return preference.given();
    }
}
