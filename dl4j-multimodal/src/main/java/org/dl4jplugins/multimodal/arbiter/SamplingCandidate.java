package org.dl4jplugins.multimodal.arbiter;

import java.io.Serializable;
import java.util.Objects;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.Sampler;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;

/**
 * One way of sampling.
 *
 * @param solver goes from noise to data
 * @param spacing of the times
 * @param steps how often the network may be called, 1 or more
 * @param guidance scale of the guidance, 0 for none
 */
public record SamplingCandidate(NamedSolver solver, TimeSpacing spacing, int steps, double guidance)
        implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public SamplingCandidate {
        Objects.requireNonNull(solver, "solver");
        Objects.requireNonNull(spacing, "spacing");
        Values.require(steps >= 1, "steps", steps, "1 or more");
        Values.require(
                guidance >= 0 && guidance < Double.POSITIVE_INFINITY,
                "guidance",
                guidance,
                "0 or more");
    }

    /**
     * Samples from BiDiffuser this way.
     *
     * @param given what is not searched, such as the seed
     * @return the same builder with solver, spacing, steps and guidance
     */
    public SamplingSettings.Builder apply(SamplingSettings.Builder given) {
        return given.solver(solver.solver()).spacing(spacing).steps(steps).guidance(guidance);
    }

    /**
     * Samples from any diffusion model this way; guidance is up to its denoiser.
     *
     * @param given what is not searched, such as the seed
     * @return the same builder with solver, spacing and steps
     */
    public Sampler.Builder apply(Sampler.Builder given) {
        return given.solver(solver.solver()).spacing(spacing).steps(steps);
    }
}
