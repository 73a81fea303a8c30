package org.dl4jplugins.align.transformer;

import java.io.Serializable;
import java.util.Objects;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Settings of rotary position embedding (Su et al., "RoFormer", section 3.2.2) in the form of
 * Hugging Face's LLaMA ("rotate half"): feature {@code k} of a head is paired with feature {@code k
 * + size / 2}, and the pair is turned by the angle {@code position * frequency(k)} with {@code
 * frequency(k) = theta^(-2k / size)}. Immutable.
 */
public final class RotaryEmbedding implements Serializable {
    private static final long serialVersionUID = 1L;

    /** How frequencies change for sequences longer than those of training. */
    public enum Scaling {
        /** Not at all. */
        NONE,
        /** All are divided by the factor (position interpolation). */
        LINEAR,
        /** A sequence beyond the trained length gets a larger theta ("NTK aware"). */
        DYNAMIC,
        /** Low ones are divided by the factor, high ones stay (LLaMA 3.1). */
        LLAMA3
    }

    private final double theta;
    private final double partial;
    private final Scaling scaling;
    private final double factor;
    private final int trainedLength;
    private final double lowFactor;
    private final double highFactor;
    private final int maxLength;

    @JsonCreator
    private RotaryEmbedding(
            @JsonProperty("theta") double theta,
            @JsonProperty("partial") double partial,
            @JsonProperty("scaling") Scaling scaling,
            @JsonProperty("factor") double factor,
            @JsonProperty("trainedLength") int trainedLength,
            @JsonProperty("lowFactor") double lowFactor,
            @JsonProperty("highFactor") double highFactor,
            @JsonProperty("maxLength") int maxLength) {
        this.theta = theta;
        this.partial = partial;
        this.scaling = scaling;
        this.factor = factor;
        this.trainedLength = trainedLength;
        this.lowFactor = lowFactor;
        this.highFactor = highFactor;
        this.maxLength = maxLength;
    }

    /**
     * Base of the wave lengths.
     *
     * @return {@code rope_theta}
     */
    public double getTheta() {
        return theta;
    }

    /**
     * Part of each head that is turned; the rest stays as it is.
     *
     * @return in (0, 1]
     */
    public double getPartial() {
        return partial;
    }

    /**
     * The way to longer sequences.
     *
     * @return the kind of scaling
     */
    public Scaling getScaling() {
        return scaling;
    }

    /**
     * How much longer sequences become.
     *
     * @return at least 1
     */
    public double getFactor() {
        return factor;
    }

    /**
     * Length of the sequences of training, for {@link Scaling#DYNAMIC} and {@link Scaling#LLAMA3}.
     *
     * @return in tokens
     */
    public int getTrainedLength() {
        return trainedLength;
    }

    /**
     * Waves longer than the trained length over this are slowed down by the whole factor.
     *
     * @return {@code low_freq_factor}
     */
    public double getLowFactor() {
        return lowFactor;
    }

    /**
     * Waves shorter than the trained length over this stay.
     *
     * @return {@code high_freq_factor}
     */
    public double getHighFactor() {
        return highFactor;
    }

    /**
     * Longest sequence; a longer one is refused when it arrives, also token by token.
     *
     * @return in tokens without padding; 0 for no limit
     */
    public int getMaxLength() {
        return maxLength;
    }

    /**
     * Features of a head that are turned.
     *
     * @param headSize width of a head
     * @return an even number from 2 to headSize
     * @throws IllegalArgumentException if there is no such number
     */
    int size(int headSize) {
        int size = (int) (headSize * partial);
        if (size < 2 || size % 2 != 0) {
            throw new IllegalArgumentException(
                    "rotary embedding needs an even number of features, at least 2: headSize "
                            + headSize
                            + " times partial "
                            + partial
                            + " gives "
                            + size);
        }
        return size;
    }

    /** Whether frequencies depend on the length of the sequence. */
    boolean dependsOnLength() {
        return scaling == Scaling.DYNAMIC;
    }

    /**
     * Angles per position.
     *
     * @param headSize width of a head
     * @param length tokens of the sequence, used by {@link Scaling#DYNAMIC} only
     * @return one frequency, in radians, for each pair of features
     */
    double[] frequencies(int headSize, int length) {
        int size = size(headSize);
        double base = theta;
        if (scaling == Scaling.DYNAMIC && length > trainedLength && size > 2) {
            double stretch = factor * length / trainedLength - (factor - 1);
            base *= Math.pow(stretch, size / (size - 2.0));
        }
        double[] frequencies = new double[size / 2];
        for (int k = 0; k < frequencies.length; k++) {
            frequencies[k] = scaled(Math.pow(base, -2.0 * k / size));
        }
        return frequencies;
    }

    private double scaled(double frequency) {
        return switch (scaling) {
            case NONE, DYNAMIC -> frequency;
            case LINEAR -> frequency / factor;
            case LLAMA3 -> {
                double waves = trainedLength * frequency / (2 * Math.PI);
                double kept = (waves - lowFactor) / (highFactor - lowFactor);
                kept = Math.max(0, Math.min(1, kept));
                yield (1 - kept) * frequency / factor + kept * frequency;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RotaryEmbedding r
                && theta == r.theta
                && partial == r.partial
                && scaling == r.scaling
                && factor == r.factor
                && trainedLength == r.trainedLength
                && lowFactor == r.lowFactor
                && highFactor == r.highFactor
                && maxLength == r.maxLength;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                theta, partial, scaling, factor, trainedLength, lowFactor, highFactor, maxLength);
    }

    @Override
    public String toString() {
        return "RotaryEmbedding(theta="
                + theta
                + ", partial="
                + partial
                + (scaling == Scaling.NONE ? "" : ", " + scaling + " x" + factor)
                + ")";
    }

    /** Collects settings; by default theta is 10000, whole heads are turned, nothing is scaled. */
    public static final class Builder {
        private double theta = 10000;
        private double partial = 1;
        private Scaling scaling = Scaling.NONE;
        private double factor = 1;
        private int trainedLength;
        private double lowFactor = 1;
        private double highFactor = 4;
        private int maxLength;

        /**
         * Sets the base of the wave lengths.
         *
         * @param theta above 0, 10000 by default
         * @return this
         */
        public Builder theta(double theta) {
            this.theta = theta;
            return this;
        }

        /**
         * Turns a part of each head only ({@code partial_rotary_factor}).
         *
         * @param partial in (0, 1], 1 by default
         * @return this
         */
        public Builder partial(double partial) {
            this.partial = partial;
            return this;
        }

        /**
         * Divides all frequencies.
         *
         * @param factor at least 1
         * @return this
         */
        public Builder linear(double factor) {
            this.scaling = Scaling.LINEAR;
            this.factor = factor;
            return this;
        }

        /**
         * Enlarges theta for each sequence by its own length, padding not counted.
         *
         * @param factor at least 1
         * @param trainedLength tokens up to which nothing changes
         * @return this
         */
        public Builder dynamic(double factor, int trainedLength) {
            this.scaling = Scaling.DYNAMIC;
            this.factor = factor;
            this.trainedLength = trainedLength;
            return this;
        }

        /**
         * Slows long waves down as LLaMA 3.1 does.
         *
         * @param factor at least 1
         * @param trainedLength {@code original_max_position_embeddings}
         * @param lowFactor {@code low_freq_factor}
         * @param highFactor {@code high_freq_factor}, above lowFactor
         * @return this
         */
        public Builder llama3(
                double factor, int trainedLength, double lowFactor, double highFactor) {
            this.scaling = Scaling.LLAMA3;
            this.factor = factor;
            this.trainedLength = trainedLength;
            this.lowFactor = lowFactor;
            this.highFactor = highFactor;
            return this;
        }

        /**
         * Refuses longer sequences ({@code max_position_embeddings}).
         *
         * @param maxLength in tokens without padding; 0, the default, for no limit
         * @return this
         */
        public Builder maxLength(int maxLength) {
            this.maxLength = maxLength;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the settings
         * @throws IllegalArgumentException if a value is out of its range
         */
        public RotaryEmbedding build() {
            check(theta > 0 && theta < Double.POSITIVE_INFINITY, "theta must be above 0", theta);
            check(partial > 0 && partial <= 1, "partial must be in (0, 1]", partial);
            check(factor >= 1 && factor < 1e6, "factor must be at least 1", factor);
            boolean needsLength = scaling == Scaling.DYNAMIC || scaling == Scaling.LLAMA3;
            check(
                    !needsLength || trainedLength > 0,
                    "trainedLength must be at least 1",
                    trainedLength);
            check(maxLength >= 0, "maxLength must be at least 0", maxLength);
            check(lowFactor > 0, "lowFactor must be above 0", lowFactor);
            check(highFactor > lowFactor, "highFactor must be above lowFactor", highFactor);
            return new RotaryEmbedding(
                    theta,
                    partial,
                    scaling,
                    factor,
                    trainedLength,
                    lowFactor,
                    highFactor,
                    maxLength);
        }

        private static void check(boolean right, String rule, double value) {
            if (!right) {
                throw new IllegalArgumentException(rule + ", got " + value);
            }
        }
    }
}
