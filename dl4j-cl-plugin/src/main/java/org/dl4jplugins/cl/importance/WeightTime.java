package org.dl4jplugins.cl.importance;

/** Which weight a step's gradient is multiplied with to give a sensitivity. */
public enum WeightTime {
    /** The weight at which the gradient was taken, as in the paper's formula. */
    BEFORE_STEP,
    /** The weight after the updater's step, as in the published code. */
    AFTER_STEP
}
