package org.dl4jplugins.multimodal.bidiffuser;

/**
 * One term of an objective: which modalities get noise, and how much the error of each output
 * counts.
 *
 * <p>The error of an output is the mean over its elements of the squared difference from its
 * target: for data with noise what the network predicts (the noise, for published models), for data
 * without noise zero.
 */
public final class ObjectiveTerm {

    /** Which modalities get noise. */
    public enum Noised {
        /** Image and text, each at a time of its own. */
        BOTH,
        /** The image; the text is the condition, at time 0. */
        IMAGE,
        /** The text; the image is the condition, at time 0. */
        TEXT
    }

    private final Noised noised;
    private final double imageWeight;
    private final double clipWeight;
    private final double textWeight;
    private final boolean oneTime;
    private final double conditionDropout;

    private ObjectiveTerm(Builder builder) {
        noised = builder.noised;
        imageWeight = builder.imageWeight;
        clipWeight = builder.clipWeight;
        textWeight = builder.textWeight;
        oneTime = builder.oneTime;
        conditionDropout = builder.conditionDropout;
    }

    /** {@return which modalities get noise} */
    public Noised noised() {
        return noised;
    }

    /** {@return weight of the image latent's error} */
    public double imageWeight() {
        return imageWeight;
    }

    /** {@return weight of the image embedding's error} */
    public double clipWeight() {
        return clipWeight;
    }

    /** {@return weight of the text latent's error} */
    public double textWeight() {
        return textWeight;
    }

    /** {@return whether all examples of a batch are at one time} */
    public boolean oneTime() {
        return oneTime;
    }

    /** {@return probability of losing the condition} */
    public double conditionDropout() {
        return conditionDropout;
    }

    boolean noisesImage() {
        return noised != Noised.TEXT;
    }

    boolean noisesText() {
        return noised != Noised.IMAGE;
    }

    @Override
    public String toString() {
        return noised
                + "(image="
                + imageWeight
                + ", clip="
                + clipWeight
                + ", text="
                + textWeight
                + (oneTime ? ", one time" : "")
                + (conditionDropout > 0 ? ", condition dropout " + conditionDropout : "")
                + ")";
    }

    /** Settings of a term; all weights are 0 until set. */
    public static final class Builder {
        private final Noised noised;
        private double imageWeight;
        private double clipWeight;
        private double textWeight;
        private boolean oneTime;
        private double conditionDropout;

        /**
         * Starts a term.
         *
         * @param noised which modalities get noise
         */
        public Builder(Noised noised) {
            this.noised = noised;
        }

        /**
         * Sets the weights of the outputs' errors.
         *
         * @param image of the image latent, at least 0
         * @param clip of the image embedding, at least 0; does not count in models without
         * @param text of the text latent, at least 0
         * @return this
         */
        public Builder weights(double image, double clip, double text) {
            imageWeight = image;
            clipWeight = clip;
            textWeight = text;
            return this;
        }

        /**
         * Sets whether all examples of a batch are at one time.
         *
         * @param one false by default: each example has a time of its own
         * @return this
         */
        public Builder oneTime(boolean one) {
            oneTime = one;
            return this;
        }

        /**
         * Replaces conditions by pure noise at the last time, which is what guidance compares with.
         * The output of a condition that was replaced does not count.
         *
         * @param probability for each example, from 0 (default) to below 1
         * @return this
         */
        public Builder conditionDropout(double probability) {
            conditionDropout = probability;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the term
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public ObjectiveTerm build() {
            Require.that(noised != null, "noised", null, "BOTH, IMAGE or TEXT");
            Require.finite(0, "image", imageWeight);
            Require.finite(0, "clip", clipWeight);
            Require.finite(0, "text", textWeight);
            Require.that(
                    imageWeight + clipWeight + textWeight > 0,
                    "weights",
                    "0, 0, 0",
                    "above 0 for one output");
            Require.that(
                    conditionDropout >= 0 && conditionDropout < 1,
                    "conditionDropout",
                    conditionDropout,
                    "from 0 to below 1");
            Require.that(
                    conditionDropout == 0 || noised != Noised.BOTH,
                    "conditionDropout",
                    conditionDropout,
                    "0 where there is no condition");
            return new ObjectiveTerm(this);
        }
    }
}
