package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;

/**
 * Sizes of a KL autoencoder (Rombach et al. 2022, appendix E).
 *
 * <pre>{@code
 * AutoencoderConfig small = new AutoencoderConfig.Builder()
 *         .channels(32).multipliers(1, 2).blocks(1).groups(8).build();
 * }</pre>
 */
public final class AutoencoderConfig {
    private final int imageChannels;
    private final int latentChannels;
    private final int channels;
    private final int[] multipliers;
    private final int blocks;
    private final int groups;
    private final double scale;
    private final double klWeight;

    private AutoencoderConfig(Builder b) {
        imageChannels = Require.atLeast(1, "imageChannels", b.imageChannels);
        latentChannels = Require.atLeast(1, "latentChannels", b.latentChannels);
        channels = Require.atLeast(1, "channels", b.channels);
        multipliers = b.multipliers.clone();
        String given = Arrays.toString(multipliers);
        boolean right = multipliers.length > 0 && multipliers.length < 9;
        for (int m : multipliers) {
            right &= m > 0;
        }
        Require.that(right, "multipliers", given, "1 to 8 numbers of at least 1");
        blocks = Require.atLeast(1, "blocks", b.blocks);
        groups = b.groups;
        Require.that(
                groups > 0 && channels % groups == 0,
                "groups",
                groups,
                "a divisor of channels, " + channels);
        scale = b.scale;
        Require.that(scale > 0 && Double.isFinite(scale), "scale", scale, "more than 0");
        klWeight = b.klWeight;
        Require.that(
                klWeight >= 0 && Double.isFinite(klWeight), "klWeight", klWeight, "at least 0");
    }

    /**
     * Stable Diffusion's: 83,653,863 parameters, an eighth of the image's height and width.
     *
     * @return channels 128 times 1, 2, 4, 4, 2 blocks each, 4 latent channels, scale 0.18215
     */
    public static AutoencoderConfig published() {
        return new Builder().build();
    }

    /** {@return channels of the images} */
    public int imageChannels() {
        return imageChannels;
    }

    /** {@return channels of the latents} */
    public int latentChannels() {
        return latentChannels;
    }

    /** {@return channels at full size} */
    public int channels() {
        return channels;
    }

    /** {@return how many times these there are at each size, from the full one down} */
    public int[] multipliers() {
        return multipliers.clone();
    }

    /** {@return residual blocks at each size of the encoder; the decoder has one more} */
    public int blocks() {
        return blocks;
    }

    /** {@return groups of channels that are normalized together} */
    public int groups() {
        return groups;
    }

    /** {@return what latents are multiplied by, for about unit variance} */
    public double scale() {
        return scale;
    }

    /** {@return weight of the divergence from the normal distribution in the training loss} */
    public double klWeight() {
        return klWeight;
    }

    /** {@return pixels of an image along each side of one pixel of the latent} */
    public int factor() {
        return 1 << (multipliers.length - 1);
    }

    /** Channels at a size, 0 for the full one. */
    int width(int size) {
        return channels * multipliers[size];
    }

    int sizes() {
        return multipliers.length;
    }

    /** Collects sizes; at first those of {@link #published}. */
    public static final class Builder {
        private int imageChannels = 3;
        private int latentChannels = 4;
        private int channels = 128;
        private int[] multipliers = {1, 2, 4, 4};
        private int blocks = 2;
        private int groups = 32;
        private double scale = 0.18215;
        private double klWeight = 1e-6;

        /**
         * Sets the channels of the images.
         *
         * @param imageChannels 3 by default
         * @return this
         */
        public Builder imageChannels(int imageChannels) {
            this.imageChannels = imageChannels;
            return this;
        }

        /**
         * Sets the channels of the latents.
         *
         * @param latentChannels 4 by default
         * @return this
         */
        public Builder latentChannels(int latentChannels) {
            this.latentChannels = latentChannels;
            return this;
        }

        /**
         * Sets the channels at full size.
         *
         * @param channels a multiple of the groups, 128 by default
         * @return this
         */
        public Builder channels(int channels) {
            this.channels = channels;
            return this;
        }

        /**
         * Sets the sizes: each has half the height and width of the one before.
         *
         * @param multipliers how many times {@link #channels} each has; 1, 2, 4, 4 by default
         * @return this
         */
        public Builder multipliers(int... multipliers) {
            this.multipliers = multipliers.clone();
            return this;
        }

        /**
         * Sets the residual blocks at each size.
         *
         * @param blocks 2 by default
         * @return this
         */
        public Builder blocks(int blocks) {
            this.blocks = blocks;
            return this;
        }

        /**
         * Sets the groups of normalization.
         *
         * @param groups a divisor of the channels, 32 by default
         * @return this
         */
        public Builder groups(int groups) {
            this.groups = groups;
            return this;
        }

        /**
         * Sets what latents are multiplied by.
         *
         * @param scale 0.18215 by default; for a new autoencoder, one over the standard deviation
         *     of its latents
         * @return this
         */
        public Builder scale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Sets the weight of the divergence beside the mean squared error of pixels.
         *
         * @param klWeight 1e-6 by default
         * @return this
         */
        public Builder klWeight(double klWeight) {
            this.klWeight = klWeight;
            return this;
        }

        /**
         * Checks the sizes.
         *
         * @return the configuration
         * @throws IllegalArgumentException if one is out of its range, naming it
         */
        public AutoencoderConfig build() {
            return new AutoencoderConfig(this);
        }
    }
}
