package org.dl4jplugins.multimodal.easygen;

import org.dl4jplugins.multimodal.arbiter.NamedSolver;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.StepCallback;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How a pipeline samples; saved with it.
 *
 * <pre>{@code
 * EasyGenSettings settings = new EasyGenSettings.Builder()
 *         .reading(20, 0).drawing(20, 4).maxNewTokens(30).seed(7).build();
 * }</pre>
 *
 * @param solver of the diffusion
 * @param readingSteps calls of the network for each image that is read, at least 1
 * @param readingGuidance scale of the guidance of texts by images, at least 0
 * @param drawingSteps calls of the network for each image that is drawn, at least 1
 * @param drawingGuidance scale of the guidance of images by texts, at least 0
 * @param drawingLimit greatest value of an image's latent, infinite if unknown
 * @param captionPrompt what the language model is asked for a caption
 * @param maxNewTokens most tokens of an answer, at least 1
 * @param temperature of the language model's sampling; 0 for the likeliest token
 * @param topP probability of the tokens that are sampled from, above 0 and at most 1
 * @param beams of a beam search, at least 1; 1 if the temperature is above 0
 * @param batch most images or prompts that are worked on at once, at least 1
 * @param seed of all random numbers
 */
@JsonAutoDetect(
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record EasyGenSettings(
        @JsonProperty("solver") NamedSolver solver,
        @JsonProperty("readingSteps") int readingSteps,
        @JsonProperty("readingGuidance") double readingGuidance,
        @JsonProperty("drawingSteps") int drawingSteps,
        @JsonProperty("drawingGuidance") double drawingGuidance,
        @JsonProperty("drawingLimit") double drawingLimit,
        @JsonProperty("captionPrompt") String captionPrompt,
        @JsonProperty("maxNewTokens") int maxNewTokens,
        @JsonProperty("temperature") double temperature,
        @JsonProperty("topP") double topP,
        @JsonProperty("beams") int beams,
        @JsonProperty("batch") int batch,
        @JsonProperty("seed") long seed) {

    /**
     * Checks; a {@link Builder} is more readable.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it
     */
    @JsonCreator
    public EasyGenSettings {
        Require.that(solver != null, "solver", null, "a NamedSolver");
        Require.atLeast(1, "readingSteps", readingSteps);
        notNegative("readingGuidance", readingGuidance);
        Require.atLeast(1, "drawingSteps", drawingSteps);
        notNegative("drawingGuidance", drawingGuidance);
        Require.that(drawingLimit > 0, "drawingLimit", drawingLimit, "above 0");
        Require.that(
                captionPrompt != null && !captionPrompt.isBlank(),
                "captionPrompt",
                captionPrompt,
                "a text");
        Require.atLeast(1, "maxNewTokens", maxNewTokens);
        notNegative("temperature", temperature);
        Require.that(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1");
        Require.atLeast(1, "beams", beams);
        Require.that(
                beams == 1 || temperature == 0,
                "beams",
                beams,
                "1 where words are sampled (temperature " + temperature + ")");
        Require.atLeast(1, "batch", batch);
    }

    private static void notNegative(String name, double value) {
        Require.that(value >= 0 && Double.isFinite(value), name, value, "at least 0 and finite");
    }

    /** {@return the paper's: 50 steps of DPM-Solver++, guidance 7; the likeliest words} */
    public static EasyGenSettings defaults() {
        return new Builder().build();
    }

    /** The diffusion from images to texts. */
    SamplingSettings reading(long first, StepCallback callback) {
        return sampling(readingSteps, readingGuidance, first, callback).build();
    }

    /** The diffusion from texts to images. */
    SamplingSettings drawing(long first, StepCallback callback) {
        return sampling(drawingSteps, drawingGuidance, first, callback).limit(drawingLimit).build();
    }

    private SamplingSettings.Builder sampling(
            int steps, double guidance, long first, StepCallback callback) {
        return new SamplingSettings.Builder()
                .solver(solver.solver())
                .steps(steps)
                .guidance(guidance)
                .seed(seed + first)
                .callback(callback);
    }

    /** Settings; all have defaults. */
    public static final class Builder {
        private NamedSolver solver = NamedSolver.DPM_SOLVER_PLUS_PLUS_3;
        private int readingSteps = 50;
        private double readingGuidance = 7;
        private int drawingSteps = 50;
        private double drawingGuidance = 7;
        private double drawingLimit = Double.POSITIVE_INFINITY;
        private String captionPrompt = "Describe the image.";
        private int maxNewTokens = 64;
        private double temperature;
        private double topP = 1;
        private int beams = 1;
        private int batch = 16;
        private long seed = 1;

        /** Starts with the paper's settings. */
        public Builder() {}

        /**
         * Starts with other settings.
         *
         * @param from is not changed
         */
        public Builder(EasyGenSettings from) {
            solver = from.solver;
            readingSteps = from.readingSteps;
            readingGuidance = from.readingGuidance;
            drawingSteps = from.drawingSteps;
            drawingGuidance = from.drawingGuidance;
            drawingLimit = from.drawingLimit;
            captionPrompt = from.captionPrompt;
            maxNewTokens = from.maxNewTokens;
            temperature = from.temperature;
            topP = from.topP;
            beams = from.beams;
            batch = from.batch;
            seed = from.seed;
        }

        /**
         * Sets the solver of the diffusion.
         *
         * @param solver DPM-Solver++ of order 3 by default
         * @return this
         */
        public Builder solver(NamedSolver solver) {
            this.solver = solver;
            return this;
        }

        /**
         * Sets how images are read.
         *
         * @param steps calls of the network, at least 1, 50 by default
         * @param guidance scale, at least 0 (none), 7 by default
         * @return this
         */
        public Builder reading(int steps, double guidance) {
            readingSteps = steps;
            readingGuidance = guidance;
            return this;
        }

        /**
         * Sets how images are drawn.
         *
         * @param steps calls of the network, at least 1, 50 by default
         * @param guidance scale, at least 0 (none), 7 by default
         * @return this
         */
        public Builder drawing(int steps, double guidance) {
            drawingSteps = steps;
            drawingGuidance = guidance;
            return this;
        }

        /**
         * Sets the limit of drawn latents, for a latent space that is bounded.
         *
         * @param limit above 0, infinite by default
         * @return this
         */
        public Builder drawingLimit(double limit) {
            drawingLimit = limit;
            return this;
        }

        /**
         * Sets what the language model is asked for a caption.
         *
         * @param prompt "Describe the image." by default
         * @return this
         */
        public Builder captionPrompt(String prompt) {
            captionPrompt = prompt;
            return this;
        }

        /**
         * Sets the most tokens of an answer.
         *
         * @param tokens at least 1, 64 by default
         * @return this
         */
        public Builder maxNewTokens(int tokens) {
            maxNewTokens = tokens;
            return this;
        }

        /**
         * Samples words instead of taking the likeliest.
         *
         * @param temperature 0 (default) for the likeliest
         * @param topP above 0 and at most 1, by default 1: from all tokens
         * @return this
         */
        public Builder sampling(double temperature, double topP) {
            this.temperature = temperature;
            this.topP = topP;
            return this;
        }

        /**
         * Searches for the likeliest answer, without sampling.
         *
         * @param beams at least 1, the default: no search
         * @return this
         */
        public Builder beams(int beams) {
            this.beams = beams;
            return this;
        }

        /**
         * Sets how many images or prompts are worked on at once.
         *
         * @param batch at least 1, 16 by default
         * @return this
         */
        public Builder batch(int batch) {
            this.batch = batch;
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
         * Checks and builds.
         *
         * @return the settings
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public EasyGenSettings build() {
            return new EasyGenSettings(
                    solver,
                    readingSteps,
                    readingGuidance,
                    drawingSteps,
                    drawingGuidance,
                    drawingLimit,
                    captionPrompt,
                    maxNewTokens,
                    temperature,
                    topP,
                    beams,
                    batch,
                    seed);
        }
    }
}
