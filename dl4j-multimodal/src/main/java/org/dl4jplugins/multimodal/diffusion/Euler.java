package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Euler's method on the probability flow equation of Song et al. (2021), which has the same
 * distribution at every time as the noising process but no noise of its own. First order, one call
 * for each step.
 *
 * <p>The equation is dx = (x - e / sigma) d log alpha. Steps are taken in log alpha, so that no
 * derivative of the schedule is needed. {@link Ddim} takes the same equation's linear part exactly
 * and is the better of the two where steps are few.
 */
public final class Euler extends OneCallSolver {

    @Override
    public Run begin(DiffusionModel model, int steps, NoiseSource random) {
        NoiseSchedule schedule = model.schedule();
        return (x, times) -> {
            double t = times[0];
            double distance = schedule.logAlpha(times[times.length - 1]) - schedule.logAlpha(t);
            INDArray noise = model.epsilon(x, t);
            return noise.muli(-distance / schedule.sigma(t)).addi(x.mul(1 + distance));
        };
    }

    @Override
    public String toString() {
        return "Euler";
    }
}
