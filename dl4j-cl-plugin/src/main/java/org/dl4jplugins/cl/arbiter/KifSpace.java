package org.dl4jplugins.cl.arbiter;

import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.core.arbiter.Values;

/**
 * What to search of Recurrent-KIF: steps of both loops, quantile, smoothing of importances, fusion,
 * memory, learning rates.
 *
 * <pre>{@code
 * KifSpace space = new KifSpace.Builder()
 *         .innerSteps(new DiscreteParameterSpace<>(4, 8, 16))
 *         .quantile(new ContinuousParameterSpace(0.5, 0.95))
 *         .fusion(new DiscreteParameterSpace<>(FusionKind.PAPER, FusionKind.PUBLISHED_CODE))
 *         .build();
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter.
 */
public final class KifSpace extends NestedSpace<KifCandidate> {

    private ParameterSpace<Integer> innerSteps;
    private ParameterSpace<Integer> outerSteps;
    private ParameterSpace<Double> quantile;
    private ParameterSpace<Double> innerSmoothing;
    private ParameterSpace<Double> outerSmoothing;
    private ParameterSpace<Double> deviationSmoothing;
    private ParameterSpace<FusionKind> fusion;
    private ParameterSpace<Double> memory;
    private ParameterSpace<Double> learningRate;
    private ParameterSpace<Double> outerRate;

    /** For JSON. */
    private KifSpace() {}

    private KifSpace(Builder builder) {
        innerSteps = builder.innerSteps;
        outerSteps = builder.outerSteps;
        quantile = builder.quantile;
        innerSmoothing = builder.innerSmoothing;
        outerSmoothing = builder.outerSmoothing;
        deviationSmoothing = builder.deviationSmoothing;
        fusion = builder.fusion;
        memory = builder.memory;
        learningRate = builder.learningRate;
        outerRate = builder.outerRate;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public KifCandidate getValue(double[] values) {
        return new KifCandidate(
                Leaves.number(innerSteps.getValue(values)).intValue(),
                Leaves.number(outerSteps.getValue(values)).intValue(),
                number(quantile, values),
                number(innerSmoothing, values),
                number(outerSmoothing, values),
                number(deviationSmoothing, values),
                Leaves.constant(FusionKind.class, constant(fusion, values)),
                number(memory, values),
                number(learningRate, values),
                number(outerRate, values));
    }

    private static double number(ParameterSpace<?> space, double[] values) {
        return Leaves.number(space.getValue(values)).doubleValue();
    }

    /** Without a cast, as it is text after it was JSON. */
    private static Object constant(ParameterSpace<?> space, double[] values) {
        return space.getValue(values);
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private static final String SHARE = "at least 0 and below 1";

        private ParameterSpace<Integer> innerSteps = new FixedValue<>(8);
        private ParameterSpace<Integer> outerSteps = new FixedValue<>(4);
        private ParameterSpace<Double> quantile = new FixedValue<>(0.8);
        private ParameterSpace<Double> innerSmoothing = new FixedValue<>(0.55);
        private ParameterSpace<Double> outerSmoothing = new FixedValue<>(0.55);
        private ParameterSpace<Double> deviationSmoothing = new FixedValue<>(0.0);
        private ParameterSpace<FusionKind> fusion = new FixedValue<>(FusionKind.PAPER);
        private ParameterSpace<Double> memory = new FixedValue<>(0.02);
        private ParameterSpace<Double> learningRate = new FixedValue<>(1e-3);
        private ParameterSpace<Double> outerRate = new FixedValue<>(1e-3);

        /** Starts with the paper's settings, learning rates 0.001. */
        public Builder() {}

        /**
         * Q, steps on the new task per cycle.
         *
         * @param steps 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder innerSteps(ParameterSpace<Integer> steps) {
            innerSteps = Values.numbers("innerSteps", steps, s -> s >= 1, "1 or more");
            return this;
        }

        /**
         * M, steps on memory per cycle.
         *
         * @param steps 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder outerSteps(ParameterSpace<Integer> steps) {
            outerSteps = Values.numbers("outerSteps", steps, s -> s >= 1, "1 or more");
            return this;
        }

        /**
         * Share of elements that do not matter to a side.
         *
         * @param shares at least 0 and below 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder quantile(ParameterSpace<Double> shares) {
            quantile = shares("quantile", shares);
            return this;
        }

        /**
         * Smoothing of importances for the new task.
         *
         * @param factors at least 0 and below 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder innerSmoothing(ParameterSpace<Double> factors) {
            innerSmoothing = shares("innerSmoothing", factors);
            return this;
        }

        /**
         * Smoothing of importances for the memory.
         *
         * @param factors at least 0 and below 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder outerSmoothing(ParameterSpace<Double> factors) {
            outerSmoothing = shares("outerSmoothing", factors);
            return this;
        }

        /**
         * Smoothing of the importances' uncertainty.
         *
         * @param factors at least 0 and below 1, 0 for importance without uncertainty
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder deviationSmoothing(ParameterSpace<Double> factors) {
            deviationSmoothing = shares("deviationSmoothing", factors);
            return this;
        }

        /**
         * How both updates become one.
         *
         * @param kinds to choose from
         * @return this builder
         */
        public Builder fusion(ParameterSpace<FusionKind> kinds) {
            fusion = Leaves.simplified(kinds);
            return this;
        }

        /**
         * Which fraction of each task is kept.
         *
         * @param fractions above 0 and at most 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder memory(ParameterSpace<Double> fractions) {
            memory =
                    Values.numbers(
                            "memory", fractions, f -> f > 0 && f <= 1, "above 0 and at most 1");
            return this;
        }

        /**
         * Learning rates of the graph's own updater.
         *
         * @param rates above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder learningRate(ParameterSpace<Double> rates) {
            learningRate = Values.numbers("learningRate", rates, r -> r > 0, "above 0");
            return this;
        }

        /**
         * Learning rates of Adam on memory.
         *
         * @param rates above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder outerRate(ParameterSpace<Double> rates) {
            outerRate = Values.numbers("outerRate", rates, r -> r > 0, "above 0");
            return this;
        }

        private static ParameterSpace<Double> shares(String name, ParameterSpace<Double> space) {
            return Values.numbers(name, space, s -> s >= 0 && s < 1, SHARE);
        }

        /** {@return the space} */
        public KifSpace build() {
            return new KifSpace(this);
        }
    }
}
