package org.dl4jplugins.align.ila;

import java.util.Locale;

/**
 * When a loss has settled: epsilon-stability by two windows that move along it.
 *
 * <p>The paper's definition 1 calls a model epsilon-stable at T if {@code |E[L(theta_{t+1})] -
 * E[L(theta_t)]| < epsilon} for all t > T. (Wording and constants could not be checked against the
 * paper.) How it is measured is ours, as no one sees the future or the expectation: at step t the
 * mean of the last {@code window} losses is compared with the mean of the {@code window} losses
 * before those; if they differ by less than epsilon at {@code patience} steps in a row, the loss
 * has settled.
 */
public final class StabilityCriterion {

    /** Why the training may stop. */
    public enum Stop {
        /** The loss has settled. */
        STABLE,
        /** The most steps allowed are done though the loss still moves. */
        MAXIMUM_STEPS
    }

    private final Builder settings;
    private final double[] ring;
    private int steps;
    private int calm;

    private StabilityCriterion(Builder settings) {
        this.settings = settings;
        ring = new double[2 * settings.window];
    }

    /**
     * Takes the next loss.
     *
     * @param loss of one step, finite
     * @return whether the training may stop now
     * @throws IllegalArgumentException if the loss is NaN or infinite: training has diverged
     */
    public boolean add(double loss) {
        Ensure.that(
                Double.isFinite(loss),
                "loss: %s at step %d, right is a finite number; the training has diverged",
                loss,
                steps + 1);
        ring[steps++ % ring.length] = loss;
        calm = Math.abs(change()) < settings.epsilon ? calm + 1 : 0;
        return stop() != null;
    }

    /** {@return how many losses it has seen} */
    public int steps() {
        return steps;
    }

    /**
     * How much the loss moves.
     *
     * @return mean of the last window minus mean of the one before, NaN before both are full
     */
    public double change() {
        if (steps < ring.length) {
            return Double.NaN;
        }
        double sum = 0;
        for (int back = 1; back <= ring.length; back++) {
            double loss = ring[(steps - back) % ring.length];
            sum += back <= settings.window ? loss : -loss;
        }
        return sum / settings.window;
    }

    /**
     * Whether and why the training may stop.
     *
     * @return the reason, null as long as it shall go on
     */
    public Stop stop() {
        if (steps >= settings.minimumSteps && calm >= settings.patience) {
            return Stop.STABLE;
        }
        return steps >= settings.maximumSteps ? Stop.MAXIMUM_STEPS : null;
    }

    /** {@return why or how far, in words} */
    @Override
    public String toString() {
        String moved =
                Double.isNaN(change())
                        ? "fewer than two windows of " + settings.window + " seen"
                        : String.format(
                                Locale.ROOT,
                                "window means differ by %.3g, epsilon %.3g",
                                change(),
                                settings.epsilon);
        String state =
                stop() == null ? "not stable yet" : stop() == Stop.STABLE ? "stable" : "stopped";
        return state
                + " after "
                + steps
                + " steps: "
                + moved
                + ", calm for "
                + calm
                + " of "
                + settings.patience
                + " steps";
    }

    /**
     * Settings, all defaults ours (the paper's are not known): window 20, epsilon 0.01, patience 5,
     * at least 0 and at most 1000 steps.
     */
    public static final class Builder {

        private int window = 20;
        private double epsilon = 0.01;
        private int patience = 5;
        private int minimumSteps;
        private int maximumSteps = 1000;

        /** Starts with the defaults. */
        public Builder() {}

        /**
         * Sets over how many losses a mean is taken.
         *
         * @param steps at least 1
         * @return this builder
         */
        public Builder window(int steps) {
            this.window = steps;
            return this;
        }

        /**
         * Sets below which difference of the means the loss counts as calm.
         *
         * @param epsilon in units of the loss, above 0
         * @return this builder
         */
        public Builder epsilon(double epsilon) {
            this.epsilon = epsilon;
            return this;
        }

        /**
         * Sets how many steps in a row must be calm.
         *
         * @param steps at least 1
         * @return this builder
         */
        public Builder patience(int steps) {
            this.patience = steps;
            return this;
        }

        /**
         * Sets how many steps are done at least.
         *
         * @param steps at least 0
         * @return this builder
         */
        public Builder minimumSteps(int steps) {
            this.minimumSteps = steps;
            return this;
        }

        /**
         * Sets how many steps are done at most.
         *
         * @param steps at least 1
         * @return this builder
         */
        public Builder maximumSteps(int steps) {
            this.maximumSteps = steps;
            return this;
        }

        int maximumSteps() {
            return maximumSteps;
        }

        /**
         * Makes a criterion that has seen nothing.
         *
         * @return the criterion
         * @throws IllegalArgumentException if a setting is out of range
         */
        public StabilityCriterion build() {
            Ensure.that(window >= 1, "window: %d given, right is at least 1", window);
            Ensure.that(
                    epsilon > 0 && Double.isFinite(epsilon),
                    "epsilon: %s given, right is above 0",
                    epsilon);
            Ensure.that(patience >= 1, "patience: %d given, right is at least 1", patience);
            Ensure.that(
                    minimumSteps >= 0, "minimumSteps: %d given, right is at least 0", minimumSteps);
            Ensure.that(
                    maximumSteps >= 1 && maximumSteps >= minimumSteps,
                    "maximumSteps: %d given, right is at least 1 and the minimum, %d",
                    maximumSteps,
                    minimumSteps);
            return new StabilityCriterion(copy());
        }

        Builder copy() {
            Builder copy = new Builder();
            copy.window = window;
            copy.epsilon = epsilon;
            copy.patience = patience;
            copy.minimumSteps = minimumSteps;
            copy.maximumSteps = maximumSteps;
            return copy;
        }
    }
}
