package org.dl4jplugins.multimodal.diffusion;

/**
 * Nichol and Dhariwal's cosine in continuous time: alpha(t) falls as the cosine of (t + s) / (1 +
 * s) pi / 2. Sampling starts at t = 0.9946, before alpha vanishes, as in DPM-Solver.
 */
public final class CosineSchedule implements NoiseSchedule {

    private static final double FIRST_TIME = 0.9946;
    private static final double LEAST_ALPHA = 1e-12;

    private final double offset;

    /** With the offset of the paper, 0.008. */
    public CosineSchedule() {
        this(0.008);
    }

    /**
     * With a given offset.
     *
     * @param offset s, above 0
     * @throws IllegalArgumentException if it is not
     */
    public CosineSchedule(double offset) {
        Require.that(offset > 0 && offset < Double.POSITIVE_INFINITY, "offset", offset, "above 0");
        this.offset = offset;
    }

    @Override
    public int steps() {
        return 0;
    }

    @Override
    public double firstTime() {
        return FIRST_TIME;
    }

    @Override
    public double logAlpha(double t) {
        Require.time("t", t);
        double alpha = Math.cos(angle(t)) / Math.cos(angle(0));
        return t == 0 ? 0 : Math.log(Math.max(LEAST_ALPHA, alpha));
    }

    private double angle(double t) {
        return (t + offset) / (1 + offset) * Math.PI / 2;
    }

    @Override
    public double timeOfLogAlpha(double logAlpha) {
        double angle = Math.acos(Math.exp(Math.min(0, logAlpha)) * Math.cos(angle(0)));
        return Math.max(0, Math.min(1, angle * 2 / Math.PI * (1 + offset) - offset));
    }

    @Override
    public String toString() {
        return "cosine in continuous time, offset " + offset;
    }
}
