package org.dl4jplugins.multimodal.uvit;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/**
 * Sizes of a U-ViT on an image latent, optionally the embedding of the whole image, and a text
 * latent (UniDiffuser, Bao et al. 2023, section 4; EasyGen, appendix).
 *
 * <p>The sequence is: image time, text time, data type (if there are any), text tokens, image
 * embedding (if there is one), patches row by row.
 *
 * <pre>{@code
 * UViTConfig small = new UViTConfig.Builder()
 *         .image(3, 16, 16).patch(2).text(8, 64).width(128).depth(4).heads(4)
 *         .build();
 * }</pre>
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public final class UViTConfig {
    private int imageChannels = 4;
    private int imageHeight = 64;
    private int imageWidth = 64;
    private int patch = 2;
    private int width = 256;
    private int depth = 8;
    private int heads = 8;
    private double mlpRatio = 4;
    private boolean qkvBias;
    private int clipWidth;
    private int textTokens = 8;
    private int textWidth = 64;
    private int dataTypes = 2;
    private boolean timeMlp;
    private boolean finalConvolution;
    private double normEps = 1e-5;

    private UViTConfig() {}

    private UViTConfig(UViTConfig other) {
        imageChannels = other.imageChannels;
        imageHeight = other.imageHeight;
        imageWidth = other.imageWidth;
        patch = other.patch;
        width = other.width;
        depth = other.depth;
        heads = other.heads;
        mlpRatio = other.mlpRatio;
        qkvBias = other.qkvBias;
        clipWidth = other.clipWidth;
        textTokens = other.textTokens;
        textWidth = other.textWidth;
        dataTypes = other.dataTypes;
        timeMlp = other.timeMlp;
        finalConvolution = other.finalConvolution;
        normEps = other.normEps;
    }

    /**
     * The published size, that of UniDiffuser-v1 and BiDiffuser: 952.5 million parameters, for
     * latents [4, 64, 64] of images of 512 pixels, 77 text tokens of width 64 and an image
     * embedding of width 512.
     *
     * @return width 1536, depth 30, 24 heads
     */
    public static UViTConfig published() {
        return new Builder()
                .image(4, 64, 64)
                .patch(2)
                .width(1536)
                .depth(30)
                .heads(24)
                .clipWidth(512)
                .text(77, 64)
                .build();
    }

    /**
     * Reads a configuration.
     *
     * @param json what {@link #toJson()} wrote
     * @return the same configuration
     * @throws IllegalArgumentException if it is no such JSON or a value is out of range
     */
    public static UViTConfig fromJson(String json) {
        try {
            return new Builder(new ObjectMapper().readValue(json, UViTConfig.class)).build();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "json must be a U-ViT configuration: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the configuration.
     *
     * @return JSON with one entry for each setting
     */
    public String toJson() {
        try {
            return new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Channels of the image latent.
     *
     * @return at least 1
     */
    public int imageChannels() {
        return imageChannels;
    }

    /**
     * Height of the image latent that the table of positions is for.
     *
     * @return in pixels of the latent
     */
    public int imageHeight() {
        return imageHeight;
    }

    /**
     * Width of the image latent that the table of positions is for.
     *
     * @return in pixels of the latent
     */
    public int imageWidth() {
        return imageWidth;
    }

    /**
     * Side of a patch.
     *
     * @return in pixels of the latent
     */
    public int patch() {
        return patch;
    }

    /**
     * Width of the tokens.
     *
     * @return a multiple of the number of heads
     */
    public int width() {
        return width;
    }

    /**
     * Number of blocks besides the middle one.
     *
     * @return an even number
     */
    public int depth() {
        return depth;
    }

    /**
     * Attention heads.
     *
     * @return at least 1
     */
    public int heads() {
        return heads;
    }

    /**
     * Width of a block's inner layer.
     *
     * @return the width times the ratio
     */
    public int mlpWidth() {
        return (int) Math.round(width * mlpRatio);
    }

    /**
     * Whether the projections to queries, keys and values have biases.
     *
     * @return false by default
     */
    public boolean qkvBias() {
        return qkvBias;
    }

    /**
     * Width of the embedding of the whole image.
     *
     * @return 0 for none
     */
    public int clipWidth() {
        return clipWidth;
    }

    /**
     * Tokens of the text latent.
     *
     * @return at least 1
     */
    public int textTokens() {
        return textTokens;
    }

    /**
     * Width of the text latent.
     *
     * @return at least 1
     */
    public int textWidth() {
        return textWidth;
    }

    /**
     * Kinds of training data that a token tells apart.
     *
     * @return 0 for no such token
     */
    public int dataTypes() {
        return dataTypes;
    }

    /**
     * Whether times pass through two dense layers.
     *
     * @return false by default
     */
    public boolean timeMlp() {
        return timeMlp;
    }

    /**
     * Whether a 3 x 3 convolution follows the patches, as in U-ViT for one modality.
     *
     * @return false by default
     */
    public boolean finalConvolution() {
        return finalConvolution;
    }

    /**
     * What normalizations add to the variance.
     *
     * @return 1e-5 by default
     */
    public double normEps() {
        return normEps;
    }

    /**
     * Tokens before the patches.
     *
     * @return times, data type, text and image embedding
     */
    public int tokensBeforePatches() {
        return firstText() + textTokens + (clipWidth > 0 ? 1 : 0);
    }

    /**
     * Patches of an image of the configured size.
     *
     * @return at least 1
     */
    public int patches() {
        return imageHeight / patch * (imageWidth / patch);
    }

    /**
     * Length of the sequence for an image of the configured size.
     *
     * @return 1105 at the published size
     */
    public int tokens() {
        return tokensBeforePatches() + patches();
    }

    /** Index of the first text token. */
    int firstText() {
        return dataTypes > 0 ? 3 : 2;
    }

    /**
     * Parameters of the network, counted from its configuration without allocating any.
     *
     * @return 952.5 million at the published size
     */
    public long parameters() {
        return UViT.configuration(this).getVertices().values().stream()
                .mapToLong(vertex -> vertex.numParams(true))
                .sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UViTConfig c && c.toJson().equals(toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    @Override
    public String toString() {
        return "UViTConfig" + toJson();
    }

    /** Sizes; all have defaults. */
    public static final class Builder {
        private final UViTConfig c;

        /**
         * Starts with latents [4, 64, 64], patches of 2, width 256, depth 8, 8 heads, 8 text tokens
         * of width 64, two data types and no image embedding.
         */
        public Builder() {
            this(new UViTConfig());
        }

        /**
         * Starts with another configuration's settings.
         *
         * @param from is not changed
         */
        public Builder(UViTConfig from) {
            c = new UViTConfig(from);
        }

        /**
         * Sets the size of the image latent.
         *
         * @param channels at least 1
         * @param height a multiple of the patch
         * @param width a multiple of the patch
         * @return this
         */
        public Builder image(int channels, int height, int width) {
            c.imageChannels = channels;
            c.imageHeight = height;
            c.imageWidth = width;
            return this;
        }

        /**
         * Sets the side of a patch.
         *
         * @param patch at least 1
         * @return this
         */
        public Builder patch(int patch) {
            c.patch = patch;
            return this;
        }

        /**
         * Sets the width of the tokens.
         *
         * @param width a multiple of the number of heads
         * @return this
         */
        public Builder width(int width) {
            c.width = width;
            return this;
        }

        /**
         * Sets the number of blocks besides the middle one.
         *
         * @param depth even, at least 2
         * @return this
         */
        public Builder depth(int depth) {
            c.depth = depth;
            return this;
        }

        /**
         * Sets the number of attention heads.
         *
         * @param heads a divisor of the width
         * @return this
         */
        public Builder heads(int heads) {
            c.heads = heads;
            return this;
        }

        /**
         * Sets the width of a block's inner layer.
         *
         * @param ratio to the width of the tokens, above 0; 4 by default
         * @return this
         */
        public Builder mlpRatio(double ratio) {
            c.mlpRatio = ratio;
            return this;
        }

        /**
         * Sets whether the projections to queries, keys and values have biases.
         *
         * @param bias false by default
         * @return this
         */
        public Builder qkvBias(boolean bias) {
            c.qkvBias = bias;
            return this;
        }

        /**
         * Sets the width of the embedding of the whole image.
         *
         * @param width 0 (default) for none
         * @return this
         */
        public Builder clipWidth(int width) {
            c.clipWidth = width;
            return this;
        }

        /**
         * Sets the size of the text latent.
         *
         * @param tokens at least 1
         * @param width at least 1
         * @return this
         */
        public Builder text(int tokens, int width) {
            c.textTokens = tokens;
            c.textWidth = width;
            return this;
        }

        /**
         * Sets how many kinds of training data a token tells apart.
         *
         * @param types 2 by default (UniDiffuser-v1), 0 for no such token (UniDiffuser-v0)
         * @return this
         */
        public Builder dataTypes(int types) {
            c.dataTypes = types;
            return this;
        }

        /**
         * Sets whether times pass through two dense layers with SiLU between them.
         *
         * @param mlp false by default
         * @return this
         */
        public Builder timeMlp(boolean mlp) {
            c.timeMlp = mlp;
            return this;
        }

        /**
         * Sets whether a 3 x 3 convolution follows the patches.
         *
         * @param convolution false by default
         * @return this
         */
        public Builder finalConvolution(boolean convolution) {
            c.finalConvolution = convolution;
            return this;
        }

        /**
         * Sets what normalizations add to the variance.
         *
         * @param eps above 0 and below 1, 1e-5 by default
         * @return this
         */
        public Builder normEps(double eps) {
            c.normEps = eps;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the configuration
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public UViTConfig build() {
            Require.atLeast(1, "imageChannels", c.imageChannels);
            Require.atLeast(1, "patch", c.patch);
            sized("imageHeight", c.imageHeight);
            sized("imageWidth", c.imageWidth);
            Require.atLeast(1, "heads", c.heads);
            Require.that(
                    c.width >= 2 && c.width % c.heads == 0,
                    "width",
                    c.width,
                    "a multiple of heads, " + c.heads);
            Require.that(c.depth >= 2 && c.depth % 2 == 0, "depth", c.depth, "even, at least 2");
            Require.that(
                    c.mlpRatio > 0 && c.width * c.mlpRatio >= 1 && c.mlpRatio < 1000,
                    "mlpRatio",
                    c.mlpRatio,
                    "above 0");
            Require.atLeast(0, "clipWidth", c.clipWidth);
            Require.atLeast(1, "textTokens", c.textTokens);
            Require.atLeast(1, "textWidth", c.textWidth);
            Require.atLeast(0, "dataTypes", c.dataTypes);
            Require.that(
                    c.normEps > 0 && c.normEps < 1, "normEps", c.normEps, "above 0 and below 1");
            return new UViTConfig(c);
        }

        private void sized(String name, int size) {
            Require.that(
                    size >= c.patch && size % c.patch == 0,
                    name,
                    size,
                    "a multiple of patch, " + c.patch);
        }
    }
}
