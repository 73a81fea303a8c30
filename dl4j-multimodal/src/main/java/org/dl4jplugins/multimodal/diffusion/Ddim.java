package org.dl4jplugins.multimodal.diffusion;

/**
 * DDIM (Song, Meng and Ermon 2021): predicts the data and goes straight to where they would be at
 * the next time, with as much fresh noise as eta says. Without noise it is of first order, one call
 * for each step.
 */
public final class Ddim extends OneCallSolver {

    private final double eta;

    /** Without noise. */
    public Ddim() {
        this(0);
    }

    /**
     * With noise.
     *
     * @param eta from 0, none, to 1, that of {@link Ddpm}
     * @throws IllegalArgumentException if it is out of range
     */
    public Ddim(double eta) {
        Require.that(eta >= 0 && eta <= 1, "eta", eta, "from 0 to 1");
        this.eta = eta;
    }

    @Override
    public Run begin(DiffusionModel model, int steps, NoiseSource random) {
        return (x, times) -> {
            Transition step = new Transition(model.schedule(), times[0], times[times.length - 1]);
            double noise = eta * step.posteriorDeviation();
            double direction = Math.sqrt(Math.max(0, step.sigma() * step.sigma() - noise * noise));
            double kept = direction / step.fromSigma();
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
        return "DDIM, eta " + eta;
    }
}
