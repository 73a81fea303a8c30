package org.dl4jplugins.mtl.gradient;

/** What to do when a task's loss or gradient is NaN or infinite. */
public enum OnNonFinite {
    /** Throw a {@link NonFiniteGradientException} before the step changes any parameter. */
    STOP,
    /**
     * Log a warning and leave the step out: parameters, running statistics and updater state
     * (momentum) are after it exactly what they were before; listeners see no task gradients. The
     * iteration still counts for schedules.
     */
    SKIP
}
