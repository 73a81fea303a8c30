package org.dl4jplugins.align.arbiter;

import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.core.arbiter.Values;

/**
 * What to search of ILA: how many layers learn, and how fast and how long the scores do.
 *
 * <pre>{@code
 * IlaSpace space = new IlaSpace.Builder()
 *         .kept(new DiscreteParameterSpace<>(0.1, 0.3, 0.75))
 *         .scoreRate(new ContinuousParameterSpace(1e-3, 1e-1))
 *         .build();
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter.
 */
public final class IlaSpace extends NestedSpace<IlaCandidate> {

    private ParameterSpace<Double> kept;
    private ParameterSpace<Double> scoreRate;
    private ParameterSpace<Integer> scoreSteps;

    /** For JSON. */
    private IlaSpace() {}

    private IlaSpace(Builder builder) {
        kept = builder.kept;
        scoreRate = builder.scoreRate;
        scoreSteps = builder.scoreSteps;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public IlaCandidate getValue(double[] values) {
        return new IlaCandidate(
                Leaves.number(kept.getValue(values)).doubleValue(),
                Leaves.number(scoreRate.getValue(values)).doubleValue(),
                Leaves.number(scoreSteps.getValue(values)).intValue());
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private ParameterSpace<Double> kept = new FixedValue<>(0.75);
        private ParameterSpace<Double> scoreRate = new FixedValue<>(0.01);
        private ParameterSpace<Integer> scoreSteps = new FixedValue<>(128);

        /** Starts with a quarter of the layers frozen, score rate 0.01, 128 steps. */
        public Builder() {}

        /**
         * Which fraction of the layers learns.
         *
         * @param fractions above 0 and at most 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder kept(ParameterSpace<Double> fractions) {
            kept = Values.numbers("kept", fractions, f -> f > 0 && f <= 1, "above 0 and at most 1");
            return this;
        }

        /**
         * Learning rates of the scores.
         *
         * @param rates above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder scoreRate(ParameterSpace<Double> rates) {
            scoreRate = Values.numbers("scoreRate", rates, r -> r > 0, "above 0");
            return this;
        }

        /**
         * Lengths of the second stage.
         *
         * @param steps 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder scoreSteps(ParameterSpace<Integer> steps) {
            scoreSteps = Values.numbers("scoreSteps", steps, s -> s >= 1, "1 or more");
            return this;
        }

        /** {@return the space} */
        public IlaSpace build() {
            return new IlaSpace(this);
        }
    }
}
