package org.dl4jplugins.multimodal.bidiffuser;

import java.util.Objects;
import org.dl4jplugins.multimodal.diffusion.DpmSolver;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.Sampler;
import org.dl4jplugins.multimodal.diffusion.Solver;
import org.dl4jplugins.multimodal.diffusion.StepCallback;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How to sample; the defaults are UniDiffuser's.
 *
 * <pre>{@code
 * SamplingSettings settings = new SamplingSettings.Builder()
 *         .solver(new DpmSolverMultistep.Builder().build()).steps(20).guidance(4).seed(7)
 *         .build();
 * }</pre>
 */
public final class SamplingSettings {
    private final Builder b;

    private SamplingSettings(Builder builder) {
        b = new Builder(builder);
    }

    /** {@return 50 steps of DPM-Solver++, guidance 7, seed 1} */
    public static SamplingSettings defaults() {
        return new Builder().build();
    }

    /** {@return the scale of the guidance, 0 for none} */
    public double guidance() {
        return b.guidance;
    }

    /** {@return the text latent of no text, or null for guidance by noise} */
    public INDArray emptyText() {
        return b.emptyText;
    }

    /** {@return the kind of data to sample} */
    public int dataType() {
        return b.dataType;
    }

    /** {@return the seed} */
    public long seed() {
        return b.seed;
    }

    /** Height of new images' latents, 0 for the configured one. */
    int imageHeight() {
        return b.imageHeight;
    }

    /** Width of new images' latents, 0 for the configured one. */
    int imageWidth() {
        return b.imageWidth;
    }

    Sampler sampler(NoiseSchedule schedule, Prediction prediction) {
        return new Sampler.Builder(schedule)
                .solver(b.solver)
                .steps(b.steps)
                .spacing(b.spacing)
                .denoiseLast(b.denoiseLast)
                .limit(b.limit)
                .callback(b.callback)
                .seed(b.seed)
                .prediction(prediction)
                .build();
    }

    /** Settings; all have defaults. */
    public static final class Builder {
        private Solver solver = new DpmSolver.Builder().build();
        private int steps = 50;
        private TimeSpacing spacing = TimeSpacing.TIME_UNIFORM;
        private boolean denoiseLast;
        private double limit = Double.POSITIVE_INFINITY;
        private double guidance = 7;
        private INDArray emptyText;
        private int dataType = -1;
        private int imageHeight;
        private int imageWidth;
        private long seed = 1;
        private StepCallback callback = step -> true;

        /** Starts with UniDiffuser's settings. */
        public Builder() {}

        /**
         * Starts with other settings.
         *
         * @param from is not changed
         */
        public Builder(SamplingSettings from) {
            this(from.b);
        }

        private Builder(Builder other) {
            solver = other.solver;
            steps = other.steps;
            spacing = other.spacing;
            denoiseLast = other.denoiseLast;
            limit = other.limit;
            guidance = other.guidance;
            emptyText = other.emptyText;
            dataType = other.dataType;
            imageHeight = other.imageHeight;
            imageWidth = other.imageWidth;
            seed = other.seed;
            callback = other.callback;
        }

        /**
         * Sets the solver.
         *
         * @param solver DPM-Solver++ of order 3, "fast", by default
         * @return this
         */
        public Builder solver(Solver solver) {
            this.solver = Objects.requireNonNull(solver, "solver");
            return this;
        }

        /**
         * Sets how often the network may be called for one sample.
         *
         * @param steps at least 1, 50 by default
         * @return this
         */
        public Builder steps(int steps) {
            this.steps = steps;
            return this;
        }

        /**
         * Sets how times are spread.
         *
         * @param spacing uniform in time by default
         * @return this
         */
        public Builder spacing(TimeSpacing spacing) {
            this.spacing = Objects.requireNonNull(spacing, "spacing");
            return this;
        }

        /**
         * Sets whether the last state is replaced by the data predicted of it.
         *
         * @param denoise false by default
         * @return this
         */
        public Builder denoiseLast(boolean denoise) {
            this.denoiseLast = denoise;
            return this;
        }

        /**
         * Sets the limit of predicted data, for latents that are known to lie within it.
         *
         * @param limit above 0, infinite by default
         * @return this
         */
        public Builder limit(double limit) {
            this.limit = limit;
            return this;
        }

        /**
         * Sets the scale of the guidance: {@code c + scale (c - u)}, where u is predicted without
         * the condition. Conditional and joint modes use it.
         *
         * @param scale at least 0, 7 by default; 0 for none, which halves the time
         * @return this
         */
        public Builder guidance(double scale) {
            this.guidance = scale;
            return this;
        }

        /**
         * Guides images by an empty text instead of pure noise at the last time.
         *
         * @param emptyText text latent [1, tokens, width] of no text; null (default) for noise
         * @return this
         */
        public Builder emptyText(INDArray emptyText) {
            this.emptyText = emptyText == null ? null : emptyText.dup('c');
            return this;
        }

        /**
         * Sets the kind of data to sample.
         *
         * @param type from 0 on; -1 (default) for the last one, as in the published code
         * @return this
         */
        public Builder dataType(int type) {
            this.dataType = type;
            return this;
        }

        /**
         * Sets the size of new images' latents.
         *
         * @param height a multiple of the patch; 0 (default) for the configured one
         * @param width a multiple of the patch; 0 (default) for the configured one
         * @return this
         */
        public Builder imageSize(int height, int width) {
            this.imageHeight = height;
            this.imageWidth = width;
            return this;
        }

        /**
         * Sets the seed of all random numbers.
         *
         * @param seed any number, 1 by default
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets who is told of each update.
         *
         * @param callback sees states [batch, values]; may stop the sampling
         * @return this
         */
        public Builder callback(StepCallback callback) {
            this.callback = Objects.requireNonNull(callback, "callback");
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the settings
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public SamplingSettings build() {
            Require.finite(0, "guidance", guidance);
            Require.that(steps >= 1, "steps", steps, "at least 1");
            Require.that(limit > 0, "limit", limit, "above 0");
            Require.that(dataType >= -1, "dataType", dataType, "at least -1");
            Require.that(imageHeight >= 0, "imageHeight", imageHeight, "at least 0");
            Require.that(imageWidth >= 0, "imageWidth", imageWidth, "at least 0");
            if (emptyText != null) {
                Require.shape("emptyText", emptyText, "[1, tokens, width]", 1, -1, -1);
            }
            return new SamplingSettings(this);
        }
    }
}
