package org.dl4jplugins.align.lora;

/** How adapters are merged into a new one, as PEFT's combination types. */
public enum MixMethod {
    /**
     * {@code A = sum sqrt(weight * scaling) A_i} and B likewise, of equal ranks; the new change has
     * cross terms {@code A_i B_j} and so is not the sum of the changes.
     */
    LINEAR,

    /**
     * A's columns and B's rows side by side, of any ranks; the new change is exactly the weighted
     * sum of the changes, its rank the sum of the ranks.
     */
    CAT,

    /**
     * TIES (NeurIPS 2023) on A and B, of equal ranks: the largest values are kept, the sign with
     * the larger total is elected, and values of that sign are averaged after being multiplied by
     * sqrt(weight * scaling).
     */
    TIES
}
