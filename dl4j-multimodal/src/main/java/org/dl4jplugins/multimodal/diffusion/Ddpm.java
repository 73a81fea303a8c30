package org.dl4jplugins.multimodal.diffusion;

/**
 * Ancestral sampling of DDPM (Ho et al. 2020): draws the state at the next time from its
 * distribution given the state and the predicted data. Stochastic, one call for each step; takes
 * hundreds of steps.
 */
public final class Ddpm extends OneCallSolver {

    private final boolean large;

    /** With the posterior's variance, the smaller of DDPM's two. */
    public Ddpm() {
        this(false);
    }

    /**
     * With one of DDPM's two variances.
     *
     * @param largeVariance whether the noise is that of the forward step, beta, instead of the
     *     posterior's
     */
    public Ddpm(boolean largeVariance) {
        large = largeVariance;
    }

    @Override
    public Run begin(DiffusionModel model, int steps, NoiseSource random) {
        return (x, times) -> {
            Transition step = new Transition(model.schedule(), times[0], times[times.length - 1]);
            double kept = step.posteriorOfState();
            double noise =
                    large && step.sigma() > 0 ? step.forwardDeviation() : step.posteriorDeviation();
            return Transition.combine(
                    x,
                    kept,
                    model.x0(x, times[0]),
                    step.alpha() - kept * step.fromAlpha(),
                    noise,
                    random);
        };
    }

    @Override
    public String toString() {
        return large ? "DDPM, large variance" : "DDPM";
    }
}
