package org.dl4jplugins.cl.arbiter;

import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.fusion.SoftFusion;
import org.dl4jplugins.cl.fusion.UniformFusion;

/** The fusions that a search chooses from. */
public enum FusionKind {
    /** Masks from a quantile over all parameters, the paper's rule. */
    PAPER,
    /** The same masks, the published code's rule. */
    PUBLISHED_CODE,
    /** The paper's rule on masks from a quantile of each parameter array. */
    PER_TENSOR,
    /** Soft weights in place of masks, with temperature 0.1; the quantile is not used. */
    SOFT,
    /** Both updates of every element; the quantile is not used. */
    UNMASKED;

    private static final double TEMPERATURE = 0.1;

    /**
     * Makes the fusion.
     *
     * @param quantile share of elements that do not matter, in [0, 1)
     * @return a new fusion
     * @throws IllegalArgumentException if the quantile is used and out of range
     */
    public Fusion create(double quantile) {
        MaskFusion.Builder masks = new MaskFusion.Builder().quantile(quantile);
        return switch (this) {
            case PAPER -> masks.build();
            case PUBLISHED_CODE -> masks.rule(MaskRule.publishedCode()).build();
            case PER_TENSOR -> masks.perTensor(true).build();
            case SOFT -> new SoftFusion(TEMPERATURE);
            case UNMASKED -> new UniformFusion(1, 1);
        };
    }
}
