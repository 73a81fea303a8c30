package org.dl4jplugins.align.lora;

/** How {@link MixMethod#TIES} elects the sign of each element. */
public enum MajoritySign {
    /** The sign of the sum of the values. */
    TOTAL,
    /** The sign that more values have. */
    FREQUENCY
}
