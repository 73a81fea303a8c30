package org.dl4jplugins.multimodal.arbiter;

import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.core.arbiter.Values;

/**
 * What to search of a BiDiffuser that is trained from nothing: width, depth and heads of the U-ViT,
 * alpha and learning rate of its training, guidance and steps of its sampling.
 *
 * <pre>{@code
 * BiDiffuserSpace space = new BiDiffuserSpace.Builder()
 *         .width(new DiscreteParameterSpace<>(128, 192))
 *         .depth(new DiscreteParameterSpace<>(4, 6, 8))
 *         .guidance(new ContinuousParameterSpace(0, 4))
 *         .learningRate(new ContinuousParameterSpace(1e-4, 2e-3))
 *         .build();
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter. A candidate whose width
 * is no multiple of its heads fails alone. To search the sampling of one trained model only, a
 * {@link SamplingSpace} is cheaper.
 */
public final class BiDiffuserSpace extends NestedSpace<BiDiffuserCandidate> {

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private ParameterSpace<Integer> width;
    private ParameterSpace<Integer> depth;
    private ParameterSpace<Integer> heads;
    private ParameterSpace<Double> alpha;
    private ParameterSpace<Double> guidance;
    private ParameterSpace<Integer> steps;
    private ParameterSpace<Double> learningRate;

    /** For JSON. */
    private BiDiffuserSpace() {}

    private BiDiffuserSpace(Builder builder) {
        width = builder.width;
        depth = builder.depth;
        heads = builder.heads;
        alpha = builder.alpha;
        guidance = builder.guidance;
        steps = builder.steps;
        learningRate = builder.learningRate;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public BiDiffuserCandidate getValue(double[] values) {
        return new BiDiffuserCandidate(
                Leaves.number(width.getValue(values)).intValue(),
                Leaves.number(depth.getValue(values)).intValue(),
                Leaves.number(heads.getValue(values)).intValue(),
                Leaves.number(alpha.getValue(values)).doubleValue(),
                Leaves.number(guidance.getValue(values)).doubleValue(),
                Leaves.number(steps.getValue(values)).intValue(),
                Leaves.number(learningRate.getValue(values)).doubleValue());
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private ParameterSpace<Integer> width = new FixedValue<>(256);
        private ParameterSpace<Integer> depth = new FixedValue<>(8);
        private ParameterSpace<Integer> heads = new FixedValue<>(8);
        private ParameterSpace<Double> alpha = new FixedValue<>(1.0);
        private ParameterSpace<Double> guidance = new FixedValue<>(7.0);
        private ParameterSpace<Integer> steps = new FixedValue<>(50);
        private ParameterSpace<Double> learningRate = new FixedValue<>(2e-4);

        /**
         * Starts with width 256, depth 8, 8 heads, alpha 1 and UniDiffuser's guidance 7, 50 steps
         * and learning rate 0.0002.
         */
        public Builder() {}

        /**
         * Widths of the tokens.
         *
         * @param widths multiples of the heads
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder width(ParameterSpace<Integer> widths) {
            width = Values.numbers("width", widths, w -> w >= 2, "2 or more");
            return this;
        }

        /**
         * Numbers of blocks besides the middle one.
         *
         * @param depths even, 2 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder depth(ParameterSpace<Integer> depths) {
            depth = Values.numbers("depth", depths, d -> d >= 2 && d % 2 == 0, "even, 2 or more");
            return this;
        }

        /**
         * Numbers of attention heads.
         *
         * @param numbers 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder heads(ParameterSpace<Integer> numbers) {
            heads = Values.numbers("heads", numbers, h -> h >= 1, "1 or more");
            return this;
        }

        /**
         * Weights of the texts in the objective.
         *
         * @param weights above 0
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder alpha(ParameterSpace<Double> weights) {
            alpha = Values.numbers("alpha", weights, a -> a > 0 && a < INFINITE, "above 0");
            return this;
        }

        /**
         * Scales of the guidance.
         *
         * @param scales 0 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder guidance(ParameterSpace<Double> scales) {
            guidance = Values.numbers("guidance", scales, s -> s >= 0 && s < INFINITE, "0 or more");
            return this;
        }

        /**
         * Numbers of calls of the network for a sample.
         *
         * @param numbers 1 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder steps(ParameterSpace<Integer> numbers) {
            steps = Values.numbers("steps", numbers, n -> n >= 1, "1 or more");
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
            learningRate =
                    Values.numbers("learningRate", rates, r -> r > 0 && r < INFINITE, "above 0");
            return this;
        }

        /** {@return the space} */
        public BiDiffuserSpace build() {
            return new BiDiffuserSpace(this);
        }
    }
}
