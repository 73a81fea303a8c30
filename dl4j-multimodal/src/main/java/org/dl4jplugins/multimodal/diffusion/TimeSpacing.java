package org.dl4jplugins.multimodal.diffusion;

/** How a sampler's times are spread between its first and its last. */
public enum TimeSpacing {

    /** Equal distances of t: good for models of high resolution, the default of UniDiffuser. */
    TIME_UNIFORM {
        @Override
        double at(NoiseSchedule schedule, double first, double last, double part) {
            return first + (last - first) * part;
        }
    },

    /** Equal distances of log(alpha / sigma): good for small images. */
    LOG_SNR {
        @Override
        double at(NoiseSchedule schedule, double first, double last, double part) {
            double start = schedule.logSnr(first);
            return schedule.timeOfLogSnr(start + (schedule.logSnr(last) - start) * part);
        }
    },

    /** Equal distances of the square root of t. */
    TIME_QUADRATIC {
        @Override
        double at(NoiseSchedule schedule, double first, double last, double part) {
            double start = Math.sqrt(first);
            double root = start + (Math.sqrt(last) - start) * part;
            return root * root;
        }
    };

    abstract double at(NoiseSchedule schedule, double first, double last, double part);

    /**
     * A grid of times.
     *
     * @param schedule gives the signal to noise ratios
     * @param first the latest time, where sampling starts, above last and up to 1
     * @param last the earliest time, where it ends, 0 or more, and above 0 for {@link #LOG_SNR}
     * @param intervals 1 or more
     * @return intervals + 1 times, falling strictly from first to last
     * @throws IllegalArgumentException if a value is out of range
     */
    public double[] times(NoiseSchedule schedule, double first, double last, int intervals) {
        Require.that(intervals >= 1, "intervals", intervals, "1 or more");
        Require.that(first > 0 && first <= 1, "first", first, "above 0 and up to 1");
        boolean reachesZero = this != LOG_SNR;
        Require.that(
                (last > 0 || last == 0 && reachesZero) && last < first,
                "last",
                last,
                (reachesZero ? "from 0" : "above 0") + " to below " + first);
        double[] times = new double[intervals + 1];
        times[0] = first;
        times[intervals] = last;
        for (int i = 1; i < intervals; i++) {
            times[i] = at(schedule, first, last, (double) i / intervals);
        }
        return times;
    }
}
