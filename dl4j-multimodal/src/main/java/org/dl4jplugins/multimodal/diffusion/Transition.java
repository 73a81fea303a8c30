package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/** From time t back to s: the posterior q(x_s | x_t, x_0) of DDPM, equations 6 and 7. */
final class Transition {

    private final double fromAlpha;
    private final double fromSigma;
    private final double alpha;
    private final double sigma;
    private final double ratio;
    private final double forward;

    Transition(NoiseSchedule schedule, double from, double to) {
        fromAlpha = schedule.alpha(from);
        fromSigma = schedule.sigma(from);
        alpha = schedule.alpha(to);
        sigma = schedule.sigma(to);
        double logRatio = schedule.logAlpha(from) - schedule.logAlpha(to);
        ratio = Math.exp(logRatio);
        forward = -Math.expm1(2 * logRatio);
    }

    double fromAlpha() {
        return fromAlpha;
    }

    double fromSigma() {
        return fromSigma;
    }

    double alpha() {
        return alpha;
    }

    double sigma() {
        return sigma;
    }

    /** Standard deviation of the noise that the forward process adds from s to t. */
    double forwardDeviation() {
        return Math.sqrt(forward);
    }

    double posteriorDeviation() {
        return Math.sqrt(forward) * sigma / fromSigma;
    }

    /** Factor of x_t in the posterior's mean; that of x_0 is alpha_s minus it times alpha_t. */
    double posteriorOfState() {
        return ratio * sigma * sigma / (fromSigma * fromSigma);
    }

    /** a x + b data + noise, written over the data. */
    static INDArray combine(
            INDArray x, double a, INDArray data, double b, double noise, NoiseSource random) {
        INDArray next = data.muli(b).addi(x.mul(a));
        return noise > 0 ? next.addi(random.normalLike(x).muli(noise)) : next;
    }
}
