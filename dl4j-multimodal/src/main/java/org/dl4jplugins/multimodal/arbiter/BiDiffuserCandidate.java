package org.dl4jplugins.multimodal.arbiter;

import java.io.Serializable;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.uvit.UViTConfig;

/**
 * A BiDiffuser to try: its size, how it is trained and how it is sampled.
 *
 * @param width of the tokens; that it is a multiple of the heads is checked when the network is
 *     made
 * @param depth number of blocks besides the middle one, even
 * @param heads attention heads, at least 1
 * @param alpha weight of the texts in the objective, above 0 (EasyGen, equation 3)
 * @param guidance scale of the guidance of samples, 0 for none
 * @param steps how often the network may be called for a sample, 1 or more
 * @param learningRate of Adam, above 0
 */
public record BiDiffuserCandidate(
        int width,
        int depth,
        int heads,
        double alpha,
        double guidance,
        int steps,
        double learningRate)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public BiDiffuserCandidate {
        Values.require(width >= 2, "width", width, "2 or more");
        Values.require(depth >= 2, "depth", depth, "even, 2 or more");
        Values.require(heads >= 1, "heads", heads, "1 or more");
        Values.require(alpha > 0 && Double.isFinite(alpha), "alpha", alpha, "above 0");
        Values.require(
                guidance >= 0 && Double.isFinite(guidance), "guidance", guidance, "0 or more");
        Values.require(steps >= 1, "steps", steps, "1 or more");
        Values.require(
                learningRate > 0 && Double.isFinite(learningRate),
                "learningRate",
                learningRate,
                "above 0");
    }

    /**
     * The network's sizes.
     *
     * @param base what is not searched: image, patch, text and so on
     * @return the same with width, depth and heads
     * @throws IllegalArgumentException if these do not fit together, naming them
     */
    public UViTConfig config(UViTConfig base) {
        return new UViTConfig.Builder(base).width(width).depth(depth).heads(heads).build();
    }

    /**
     * Samples this way.
     *
     * @param given what is not searched, such as solver and seed
     * @return the same builder with guidance and steps
     */
    public SamplingSettings.Builder apply(SamplingSettings.Builder given) {
        return given.guidance(guidance).steps(steps);
    }
}
