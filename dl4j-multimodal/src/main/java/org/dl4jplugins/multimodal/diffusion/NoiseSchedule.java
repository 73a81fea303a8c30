package org.dl4jplugins.multimodal.diffusion;

/**
 * How data become noise, variance preserving: x_t = alpha(t) x_0 + sigma(t) e, with alpha squared
 * plus sigma squared one.
 *
 * <p>Time t is continuous, from 0, clean data, to 1. Models trained on N discrete steps n = 1..N
 * see them at t = n / N, the convention of UniDiffuser and DPM-Solver.
 */
public interface NoiseSchedule {

    /**
     * Natural logarithm of the signal's factor.
     *
     * @param t time, from 0 to 1
     * @return 0 at t = 0, and falling
     * @throws IllegalArgumentException if t is out of range
     */
    double logAlpha(double t);

    /**
     * The time at which the signal has a given factor: the inverse of {@link #logAlpha}.
     *
     * @param logAlpha natural logarithm of the factor, at most 0
     * @return time, from 0 to 1
     */
    double timeOfLogAlpha(double logAlpha);

    /**
     * The number of discrete steps the model was trained with.
     *
     * @return N, or 0 if time is continuous
     */
    int steps();

    /**
     * Where sampling starts unless told otherwise.
     *
     * @return a time, 1 for most schedules
     */
    default double firstTime() {
        return 1;
    }

    /**
     * Where sampling ends unless told otherwise: near 0, where networks have still been trained.
     *
     * @return 1 / N, or 0.001 if time is continuous
     */
    default double lastTime() {
        return steps() > 0 ? 1.0 / steps() : 1e-3;
    }

    /**
     * The time of a discrete step.
     *
     * @param n step, from 0, clean data, to {@link #steps()}
     * @return n / N
     * @throws IllegalArgumentException if n is out of range
     * @throws UnsupportedOperationException if time is continuous
     */
    default double timestep(int n) {
        if (steps() == 0) {
            throw new UnsupportedOperationException(this + " has no discrete steps");
        }
        Require.that(n >= 0 && n <= steps(), "n", n, "from 0 to " + steps());
        return (double) n / steps();
    }

    /**
     * The signal's factor.
     *
     * @param t time, from 0 to 1
     * @return alpha, from 1 down to almost 0
     * @throws IllegalArgumentException if t is out of range
     */
    default double alpha(double t) {
        return Math.exp(logAlpha(t));
    }

    /**
     * The noise's factor.
     *
     * @param t time, from 0 to 1
     * @return sigma, from 0 up to almost 1
     * @throws IllegalArgumentException if t is out of range
     */
    default double sigma(double t) {
        return Math.sqrt(Math.max(0, -Math.expm1(2 * logAlpha(t))));
    }

    /**
     * Half the logarithm of the signal to noise ratio, log(alpha / sigma): lambda of the DPM-Solver
     * papers, in which they call it logSNR.
     *
     * @param t time, from 0 to 1
     * @return lambda, infinite at t = 0, and falling
     * @throws IllegalArgumentException if t is out of range
     */
    default double logSnr(double t) {
        double logAlpha = logAlpha(t);
        return logAlpha - 0.5 * Math.log(-Math.expm1(2 * logAlpha));
    }

    /**
     * The time at which the signal to noise ratio has a given value: the inverse of {@link
     * #logSnr}.
     *
     * @param logSnr lambda = log(alpha / sigma)
     * @return time, from 0 to 1
     */
    default double timeOfLogSnr(double logSnr) {
        double size = Math.abs(logSnr);
        double softplus = Math.log1p(Math.exp(-2 * size)) + size - logSnr;
        return timeOfLogAlpha(-0.5 * softplus);
    }
}
