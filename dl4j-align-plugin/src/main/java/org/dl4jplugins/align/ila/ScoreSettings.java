package org.dl4jplugins.align.ila;

import java.util.OptionalDouble;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * How the second stage learns its scores; immutable.
 *
 * <p>From the paper (ILA, arXiv 2410.17875): gamma = sigmoid(s), s learned by gradient descent on
 * the alignment loss with everything else frozen, the norm of gamma bounded (definition 2, wording
 * not checked against the paper). All numbers are our defaults, the paper's could not be sourced: s
 * starts at 4, Adam with rate 0.01, 128 steps. Penalty and bound are ours and off by default.
 */
public final class ScoreSettings {

    private final Builder values;

    private ScoreSettings(Builder values) {
        this.values = values;
    }

    /** {@return s before the first step; gamma starts at sigmoid(s)} */
    public double initialScore() {
        return values.initialScore;
    }

    /** {@return what turns gradients into steps of the scores; a copy} */
    public IUpdater updater() {
        return values.updater.clone();
    }

    /** {@return how many steps the stage has} */
    public int steps() {
        return values.steps;
    }

    /** {@return lambda of the term lambda * sum(gamma) that is added to the loss, 0 for none} */
    public double penalty() {
        return values.penalty;
    }

    /** {@return what sum(gamma) may be at most, empty for no bound} */
    public OptionalDouble bound() {
        return Double.isNaN(values.bound)
                ? OptionalDouble.empty()
                : OptionalDouble.of(values.bound);
    }

    @Override
    public String toString() {
        return "scores from "
                + initialScore()
                + ", "
                + values.updater
                + ", "
                + steps()
                + " steps, penalty "
                + penalty()
                + ", bound "
                + (bound().isPresent() ? bound().getAsDouble() : "none");
    }

    /** Settings with their defaults. */
    public static final class Builder {

        private double initialScore = 4;
        private IUpdater updater = new Adam(0.01);
        private int steps = 128;
        private double penalty;
        private double bound = Double.NaN;

        /** Starts with the defaults. */
        public Builder() {}

        /**
         * Sets where scores start.
         *
         * @param score finite, default 4 (gamma 0.982: nearly all of each increment). The gradient
         *     of a score has the factor gamma (1 - gamma), 0.018 there and 0.25 at 0, where the
         *     increments count half; on the one small model where we compared, rankings from 0 were
         *     more alike between seeds
         * @return this builder
         */
        public Builder initialScore(double score) {
            this.initialScore = score;
            return this;
        }

        /**
         * Sets what turns gradients into steps.
         *
         * @param updater default Adam with learning rate 0.01
         * @return this builder
         */
        public Builder updater(IUpdater updater) {
            this.updater = updater;
            return this;
        }

        /**
         * Sets the length of the stage.
         *
         * @param steps at least 1, default 128
         * @return this builder
         */
        public Builder steps(int steps) {
            this.steps = steps;
            return this;
        }

        /**
         * Adds lambda * sum(gamma) to the loss: layers that do not help lose their increment. The
         * loss that is reported stays that of the data.
         *
         * @param lambda at least 0, default 0
         * @return this builder
         */
        public Builder penalty(double lambda) {
            this.penalty = lambda;
            return this;
        }

        /**
         * Bounds sum(gamma), the relaxed number of layers, after each step: if it is larger, one
         * number is subtracted from all scores so that it is met. That is the nearest point in
         * terms of binary relative entropy, and keeps the ranking.
         *
         * @param most above 0, default no bound
         * @return this builder
         */
        public Builder bound(double most) {
            Ensure.that(
                    most > 0 && Double.isFinite(most), "bound: %s given, right is above 0", most);
            this.bound = most;
            return this;
        }

        /**
         * Checks and fixes the settings.
         *
         * @return the settings
         * @throws IllegalArgumentException if one is out of range
         */
        public ScoreSettings build() {
            Ensure.that(
                    Double.isFinite(initialScore),
                    "initialScore: %s given, right is a finite number",
                    initialScore);
            Ensure.that(
                    updater != null, "updater: null given, right is for example new Adam(0.01)");
            Ensure.that(steps >= 1, "steps: %d given, right is at least 1", steps);
            Ensure.that(
                    penalty >= 0 && Double.isFinite(penalty),
                    "penalty: %s given, right is at least 0",
                    penalty);
            Builder copy = new Builder();
            copy.initialScore = initialScore;
            copy.updater = updater.clone();
            copy.steps = steps;
            copy.penalty = penalty;
            copy.bound = bound;
            return new ScoreSettings(copy);
        }
    }
}
