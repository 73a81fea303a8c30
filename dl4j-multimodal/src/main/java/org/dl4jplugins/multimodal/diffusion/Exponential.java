package org.dl4jplugins.multimodal.diffusion;

/**
 * From one time to an earlier one with the linear part of the probability flow equation solved
 * exactly (Lu et al. 2022): x_t = carry x_s - weight phi1(z) m - ..., where m is the model's
 * prediction and z the distance in lambda = log(alpha / sigma).
 *
 * <p>DPM-Solver predicts noise: carry is alpha_t / alpha_s, the weight sigma_t, and z = h.
 * DPM-Solver++ predicts data: carry is sigma_t / sigma_s, the weight alpha_t, and z = -h.
 */
final class Exponential {

    private final double carry;
    private final double weight;
    private final double z;

    Exponential(NoiseSchedule schedule, boolean data, double from, double to) {
        double h = schedule.logSnr(to) - schedule.logSnr(from);
        z = data ? -h : h;
        weight = data ? schedule.alpha(to) : schedule.sigma(to);
        carry =
                data
                        ? schedule.sigma(to) / schedule.sigma(from)
                        : Math.exp(schedule.logAlpha(to) - schedule.logAlpha(from));
    }

    /** Factor of the state. */
    double carry() {
        return carry;
    }

    /** Factor of a prediction that is constant on the way. */
    double first() {
        return -weight * phi1();
    }

    /** Factor of the prediction's slope, per whole step. */
    double second() {
        return -weight * phi2();
    }

    /** Factor of the prediction's curvature. */
    double third() {
        return -weight * (phi2() / z - 0.5);
    }

    private double phi1() {
        return Math.expm1(z);
    }

    private double phi2() {
        return phi1() / z - 1;
    }
}
