package org.dl4jplugins.multimodal.arbiter;

import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;

/**
 * What to search of sampling: solver, spacing of times, steps, guidance.
 *
 * <pre>{@code
 * SamplingSpace space = new SamplingSpace.Builder()
 *         .solver(new DiscreteParameterSpace<>(NamedSolver.values()))
 *         .steps(new DiscreteParameterSpace<>(10, 20, 50))
 *         .guidance(new ContinuousParameterSpace(0, 8))
 *         .build();
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter.
 */
public final class SamplingSpace extends NestedSpace<SamplingCandidate> {

    private ParameterSpace<NamedSolver> solver;
    private ParameterSpace<TimeSpacing> spacing;
    private ParameterSpace<Integer> steps;
    private ParameterSpace<Double> guidance;

    /** For JSON. */
    private SamplingSpace() {}

    private SamplingSpace(Builder builder) {
        solver = builder.solver;
        spacing = builder.spacing;
        steps = builder.steps;
        guidance = builder.guidance;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public SamplingCandidate getValue(double[] values) {
        // From JSON constants come as text, so that they must not be cast before they are turned.
        ParameterSpace<?> solvers = solver;
        ParameterSpace<?> spacings = spacing;
        return new SamplingCandidate(
                Leaves.constant(NamedSolver.class, solvers.getValue(values)),
                Leaves.constant(TimeSpacing.class, spacings.getValue(values)),
                Leaves.number(steps.getValue(values)).intValue(),
                Leaves.number(guidance.getValue(values)).doubleValue());
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private ParameterSpace<NamedSolver> solver =
                new FixedValue<>(NamedSolver.DPM_SOLVER_PLUS_PLUS_3);
        private ParameterSpace<TimeSpacing> spacing = new FixedValue<>(TimeSpacing.TIME_UNIFORM);
        private ParameterSpace<Integer> steps = new FixedValue<>(50);
        private ParameterSpace<Double> guidance = new FixedValue<>(7.0);

        /** Starts with UniDiffuser's sampling: DPM-Solver++ of order 3, 50 steps, guidance 7. */
        public Builder() {}

        /**
         * Solvers.
         *
         * @param solvers any
         * @return this builder
         */
        public Builder solver(ParameterSpace<NamedSolver> solvers) {
            solver = Leaves.simplified(solvers);
            return this;
        }

        /**
         * Spacings of times.
         *
         * @param spacings any
         * @return this builder
         */
        public Builder spacing(ParameterSpace<TimeSpacing> spacings) {
            spacing = Leaves.simplified(spacings);
            return this;
        }

        /**
         * Numbers of steps.
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
         * Scales of the guidance.
         *
         * @param scales 0 or more
         * @return this builder
         * @throws IllegalArgumentException if a value is out of range
         */
        public Builder guidance(ParameterSpace<Double> scales) {
            guidance =
                    Values.numbers(
                            "guidance",
                            scales,
                            s -> s >= 0 && s < Double.POSITIVE_INFINITY,
                            "0 or more");
            return this;
        }

        /** {@return the space} */
        public SamplingSpace build() {
            return new SamplingSpace(this);
        }
    }
}
