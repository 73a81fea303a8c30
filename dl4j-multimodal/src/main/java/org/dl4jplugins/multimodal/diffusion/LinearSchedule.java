package org.dl4jplugins.multimodal.diffusion;

/**
 * The variance preserving process of Song et al. (2021) in continuous time: noise is added at a
 * rate that grows linearly, log alpha(t) = -(last - first) t squared / 4 - first t / 2.
 */
public final class LinearSchedule implements NoiseSchedule {

    private final double first;
    private final double last;

    /** Rates from 0.1 to 20, those of DDPM's 1000 steps. */
    public LinearSchedule() {
        this(0.1, 20);
    }

    /**
     * Given rates.
     *
     * @param first at t = 0, above 0
     * @param last at t = 1, first or more
     * @throws IllegalArgumentException if a rate is out of range
     */
    public LinearSchedule(double first, double last) {
        Require.that(first > 0 && first < Double.POSITIVE_INFINITY, "first", first, "above 0");
        Require.that(
                last >= first && last < Double.POSITIVE_INFINITY, "last", last, first + " or more");
        this.first = first;
        this.last = last;
    }

    @Override
    public int steps() {
        return 0;
    }

    @Override
    public double logAlpha(double t) {
        Require.time("t", t);
        return -t * (first / 2 + t * (last - first) / 4);
    }

    @Override
    public double timeOfLogAlpha(double logAlpha) {
        double root = Math.sqrt(first * first - 4 * (last - first) * logAlpha);
        return Math.max(0, Math.min(1, -4 * logAlpha / (root + first)));
    }

    @Override
    public String toString() {
        return "linear in continuous time, rates " + first + " to " + last;
    }
}
