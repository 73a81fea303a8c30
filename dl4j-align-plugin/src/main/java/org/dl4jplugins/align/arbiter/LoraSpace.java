package org.dl4jplugins.align.arbiter;

import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.core.arbiter.Values;

/**
 * What to search of LoRA: which layers are adapted, rank, alpha, dropout, learning rate.
 *
 * <pre>{@code
 * LoraSpace space = new LoraSpace.Builder()
 *         .targets(new DiscreteParameterSpace<>("query,value", "all-linear"))
 *         .rank(new DiscreteParameterSpace<>(4, 8, 16))
 *         .learningRate(new ContinuousParameterSpace(1e-4, 1e-2))
 *         .build();
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter.
 */
public final class LoraSpace extends NestedSpace<LoraCandidate> {

    private ParameterSpace<String> targets;
    private ParameterSpace<Integer> rank;
    private ParameterSpace<Double> alpha;
    private ParameterSpace<Double> dropout;
    private ParameterSpace<Double> learningRate;

    /** For JSON. */
    private LoraSpace() {}

    private LoraSpace(Builder builder) {
        targets = builder.targets;
        rank = builder.rank;
        alpha = builder.alpha;
        dropout = builder.dropout;
        learningRate = builder.learningRate;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public LoraCandidate getValue(double[] values) {
        return new LoraCandidate(
                targets.getValue(values),
                Leaves.number(rank.getValue(values)).intValue(),
                Leaves.number(alpha.getValue(values)).doubleValue(),
                Leaves.number(dropout.getValue(values)).doubleValue(),
                Leaves.number(learningRate.getValue(values)).doubleValue());
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private ParameterSpace<String> targets = new FixedValue<>(LoraCandidate.ALL_LINEAR);
        private ParameterSpace<Integer> rank = new FixedValue<>(8);
        private ParameterSpace<Double> alpha = new FixedValue<>(16.0);
        private ParameterSpace<Double> dropout = new FixedValue<>(0.0);
        private ParameterSpace<Double> learningRate = new FixedValue<>(1e-3);

        /** Starts with LoRA on all linear layers, rank 8, alpha 16, learning rate 0.001. */
        public Builder() {}

        /**
         * Which layers are adapted.
         *
         * @param suffixes values such as {@code "q_proj,v_proj"}, or {@link
         *     LoraCandidate#ALL_LINEAR}
         * @return this builder
         */
        public Builder targets(ParameterSpace<String> suffixes) {
            targets = Leaves.simplified(suffixes);
            return this;
        }

        /**
         * Ranks.
         *
         * @param ranks 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder rank(ParameterSpace<Integer> ranks) {
            rank = Values.numbers("rank", ranks, r -> r >= 1, "1 or more");
            return this;
        }

        /**
         * Scales.
         *
         * @param alphas above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder alpha(ParameterSpace<Double> alphas) {
            alpha = Values.numbers("alpha", alphas, a -> a > 0, "above 0");
            return this;
        }

        /**
         * Dropout of the increments' inputs.
         *
         * @param probabilities at least 0 and below 1
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder dropout(ParameterSpace<Double> probabilities) {
            dropout =
                    Values.numbers(
                            "dropout",
                            probabilities,
                            p -> p >= 0 && p < 1,
                            "at least 0 and below 1");
            return this;
        }

        /**
         * Learning rates of Adam.
         *
         * @param rates above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder learningRate(ParameterSpace<Double> rates) {
            learningRate = Values.numbers("learningRate", rates, r -> r > 0, "above 0");
            return this;
        }

        /** {@return the space} */
        public LoraSpace build() {
            return new LoraSpace(this);
        }
    }
}
