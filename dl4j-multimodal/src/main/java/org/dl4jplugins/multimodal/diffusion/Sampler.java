package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws samples from a diffusion model; immutable, and may be used by several threads at once.
 *
 * <pre>{@code
 * Sampler sampler =
 *         new Sampler.Builder(DiscreteSchedule.stableDiffusion())
 *                 .solver(new DpmSolver.Builder().build())
 *                 .steps(50)
 *                 .seed(1)
 *                 .build();
 * INDArray images = sampler.sample((x, t) -> network(x, t), DataType.FLOAT, 16, 4, 32, 32);
 * }</pre>
 */
public final class Sampler {

    private final Builder settings;
    private final double[] times;
    private final int[] spans;

    private Sampler(Builder builder) {
        settings = new Builder(builder);
        spans = settings.solver.spans(settings.steps);
        times =
                settings.spacing.times(
                        settings.schedule,
                        settings.firstTime,
                        settings.lastTime,
                        Arrays.stream(spans).sum());
    }

    /** {@return the schedule} */
    public NoiseSchedule schedule() {
        return settings.schedule;
    }

    /** {@return how often the model is called for one sample} */
    public int calls() {
        return settings.solver.calls(settings.steps) + (settings.denoiseLast ? 1 : 0);
    }

    /** {@return the times of the grid, falling; solvers may call the model between them} */
    public double[] times() {
        return times.clone();
    }

    /**
     * Draws samples from pure noise that the seed gives.
     *
     * @param denoiser the model
     * @param type of the samples, FLOAT, DOUBLE or HALF
     * @param shape [batch, any shape]
     * @return samples of that type and shape
     */
    public INDArray sample(Denoiser denoiser, DataType type, long... shape) {
        return sample(denoiser, new NoiseSource(settings.seed, 1).normal(type, shape));
    }

    /**
     * Draws samples from given noise, or goes on from given states.
     *
     * @param denoiser the model
     * @param start the states at the first time, [batch, any shape]: for all of the way noise from
     *     N(0, 1); unchanged
     * @return samples of its type and shape
     * @throws IllegalStateException if the denoiser returns another shape
     */
    public INDArray sample(Denoiser denoiser, INDArray start) {
        Objects.requireNonNull(start, "start");
        Require.that(
                start.dataType().isFPType(), "type of start", start.dataType(), "FLOAT or DOUBLE");
        DiffusionModel model =
                new DiffusionModel(
                        denoiser, settings.schedule, settings.prediction, settings.limit);
        Solver.Run run =
                settings.solver.begin(model, settings.steps, new NoiseSource(settings.seed, 2));
        int updates = spans.length + (settings.denoiseLast ? 1 : 0);
        INDArray x = start.dup();
        int at = 0;
        for (int i = 0; i < spans.length; i++) {
            x = run.update(x, Arrays.copyOfRange(times, at, at + spans[i] + 1));
            at += spans[i];
            if (!goOn(i + 1, updates, times[at], x)) {
                return x;
            }
        }
        if (settings.denoiseLast) {
            x = model.x0(x, times[at]);
            goOn(updates, updates, 0, x);
        }
        return x;
    }

    private boolean goOn(int index, int count, double time, INDArray x) {
        return settings.callback.onStep(new SamplingStep(index, count, time, x));
    }

    /** {@return a builder with these settings} */
    public Builder toBuilder() {
        return new Builder(settings);
    }

    /** Settings, BiDiffuser's unless told otherwise: DPM-Solver++ fast of order 3, 50 steps. */
    public static final class Builder {
        private final NoiseSchedule schedule;
        private Solver solver = new DpmSolver.Builder().build();
        private int steps = 50;
        private TimeSpacing spacing = TimeSpacing.TIME_UNIFORM;
        private Prediction prediction = Prediction.EPSILON;
        private double firstTime;
        private double lastTime;
        private boolean denoiseLast;
        private double limit = Double.POSITIVE_INFINITY;
        private long seed = 1;
        private StepCallback callback = step -> true;

        /**
         * Starts with the defaults.
         *
         * @param schedule what the model was trained with
         */
        public Builder(NoiseSchedule schedule) {
            this.schedule = Objects.requireNonNull(schedule, "schedule");
            firstTime = schedule.firstTime();
            lastTime = schedule.lastTime();
        }

        private Builder(Builder other) {
            schedule = other.schedule;
            solver = other.solver;
            steps = other.steps;
            spacing = other.spacing;
            prediction = other.prediction;
            firstTime = other.firstTime;
            lastTime = other.lastTime;
            denoiseLast = other.denoiseLast;
            limit = other.limit;
            seed = other.seed;
            callback = other.callback;
        }

        /**
         * Sets the solver.
         *
         * @param solver goes from noise to data
         * @return this builder
         */
        public Builder solver(Solver solver) {
            this.solver = Objects.requireNonNull(solver, "solver");
            return this;
        }

        /**
         * Sets the work for one sample.
         *
         * @param steps calls of the model, as far as the solver's order divides them; 50 by default
         * @return this builder
         */
        public Builder steps(int steps) {
            this.steps = steps;
            return this;
        }

        /**
         * Sets how times are spread.
         *
         * @param spacing {@link TimeSpacing#TIME_UNIFORM} by default
         * @return this builder
         */
        public Builder spacing(TimeSpacing spacing) {
            this.spacing = Objects.requireNonNull(spacing, "spacing");
            return this;
        }

        /**
         * Sets what the model predicts.
         *
         * @param prediction {@link Prediction#EPSILON} by default
         * @return this builder
         */
        public Builder prediction(Prediction prediction) {
            this.prediction = Objects.requireNonNull(prediction, "prediction");
            return this;
        }

        /**
         * Sets where sampling starts: below the schedule's own to change given data a little.
         *
         * @param time above the last and up to 1
         * @return this builder
         */
        public Builder firstTime(double time) {
            this.firstTime = time;
            return this;
        }

        /**
         * Sets where sampling ends.
         *
         * @param time below the first; 0 only with DDPM, DDIM and Euler
         * @return this builder
         */
        public Builder lastTime(double time) {
            this.lastTime = time;
            return this;
        }

        /**
         * Chooses the end.
         *
         * @param denoise whether the result is what the model predicts as data at the last time,
         *     one call more; false by default, as little noise is left there
         * @return this builder
         */
        public Builder denoiseLast(boolean denoise) {
            this.denoiseLast = denoise;
            return this;
        }

        /**
         * Clips predicted data.
         *
         * @param limit to [-limit, limit], above 0; infinite, the default, for not at all
         * @return this builder
         */
        public Builder limit(double limit) {
            this.limit = limit;
            return this;
        }

        /**
         * Sets where the noise comes from.
         *
         * @param seed any number, 1 by default
         * @return this builder
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets who is told of each update.
         *
         * @param callback may stop the sampling
         * @return this builder
         */
        public Builder callback(StepCallback callback) {
            this.callback = Objects.requireNonNull(callback, "callback");
            return this;
        }

        /**
         * Makes the sampler.
         *
         * @return a sampler
         * @throws IllegalArgumentException if steps are too few for the solver, times are not in
         *     order, or the limit is not above 0
         */
        public Sampler build() {
            Require.that(limit > 0, "limit", limit, "above 0");
            Require.that(
                    lastTime > 0 || solver.reachesZero(),
                    "last",
                    lastTime,
                    "above 0 for " + solver);
            return new Sampler(this);
        }
    }
}
