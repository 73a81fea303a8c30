package org.dl4jplugins.multimodal.uvit;

import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

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
 *
 * @param imageChannels channels of the image latent, at least 1
 * @param imageHeight height of the image latent that the table of positions is for, a multiple of
 *     the patch
 * @param imageWidth width of that image latent, a multiple of the patch
 * @param patch side of a patch in pixels of the latent, at least 1
 * @param width width of the tokens, a multiple of the number of heads
 * @param depth number of blocks besides the middle one, even
 * @param heads attention heads
 * @param mlpRatio width of a block's inner layer to that of the tokens
 * @param qkvBias whether the projections to queries, keys and values have biases
 * @param clipWidth width of the embedding of the whole image, 0 for none
 * @param textTokens tokens of the text latent, at least 1
 * @param textWidth width of the text latent, at least 1
 * @param dataTypes kinds of training data that a token tells apart, 0 for no such token
 * @param timeMlp whether times pass through two dense layers with SiLU between them
 * @param finalConvolution whether a 3 x 3 convolution follows the patches, as in U-ViT for one
 *     modality
 * @param normEps what normalizations add to the variance
 */
@JsonAutoDetect(
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record UViTConfig(
        @JsonProperty("imageChannels") int imageChannels,
        @JsonProperty("imageHeight") int imageHeight,
        @JsonProperty("imageWidth") int imageWidth,
        @JsonProperty("patch") int patch,
        @JsonProperty("width") int width,
        @JsonProperty("depth") int depth,
        @JsonProperty("heads") int heads,
        @JsonProperty("mlpRatio") double mlpRatio,
        @JsonProperty("qkvBias") boolean qkvBias,
        @JsonProperty("clipWidth") int clipWidth,
        @JsonProperty("textTokens") int textTokens,
        @JsonProperty("textWidth") int textWidth,
        @JsonProperty("dataTypes") int dataTypes,
        @JsonProperty("timeMlp") boolean timeMlp,
        @JsonProperty("finalConvolution") boolean finalConvolution,
        @JsonProperty("normEps") double normEps) {

    /**
     * Checks; a {@link Builder} is more readable.
     *
     * @throws IllegalArgumentException if a value is out of its range, naming it
     */
    @JsonCreator
    public UViTConfig {
        Require.atLeast(1, "imageChannels", imageChannels);
        Require.atLeast(1, "patch", patch);
        Require.multiple(patch, "patch", "imageHeight", imageHeight);
        Require.multiple(patch, "patch", "imageWidth", imageWidth);
        Require.atLeast(1, "heads", heads);
        Require.multiple(heads, "heads", "width", width);
        Require.atLeast(2, "width", width);
        Require.that(depth >= 2 && depth % 2 == 0, "depth", depth, "even, at least 2");
        boolean inner = mlpRatio < 1000 && width * mlpRatio >= 1;
        Require.that(inner, "mlpRatio", mlpRatio, "above 0");
        Require.atLeast(0, "clipWidth", clipWidth);
        Require.atLeast(1, "textTokens", textTokens);
        Require.atLeast(1, "textWidth", textWidth);
        Require.atLeast(0, "dataTypes", dataTypes);
        Require.that(normEps > 0 && normEps < 1, "normEps", normEps, "above 0 and below 1");
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
     * @throws IllegalArgumentException if it is no such JSON or a value is missing or out of range
     */
    public static UViTConfig fromJson(String json) {
        return Json.read(json, UViTConfig.class, "a U-ViT configuration");
    }

    /** {@return JSON with one entry for each setting} */
    public String toJson() {
        return Json.write(this);
    }

    /** {@return the width of a block's inner layer} */
    public int mlpWidth() {
        return (int) Math.round(width * mlpRatio);
    }

    /** {@return how many tokens stand before the patches: times, data type, text, embedding} */
    public int tokensBeforePatches() {
        return firstText() + textTokens + (clipWidth > 0 ? 1 : 0);
    }

    /** {@return the number of patches of an image of the configured size} */
    public int patches() {
        return imageHeight / patch * (imageWidth / patch);
    }

    /** {@return the length of the sequence for such an image, 1105 at the published size} */
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

    /** Sizes; all have defaults. */
    public static final class Builder extends UViTSettings<Builder> {

        /**
         * Starts with latents [4, 64, 64], patches of 2, width 256, depth 8, 8 heads, 8 text tokens
         * of width 64, two data types and no image embedding.
         */
        public Builder() {}

        /**
         * Starts with another configuration's settings.
         *
         * @param from is not changed
         */
        public Builder(UViTConfig from) {
            copy(from);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the configuration
         * @throws IllegalArgumentException if a value is out of its range, naming it
         */
        public UViTConfig build() {
            return new UViTConfig(
                    imageChannels,
                    imageHeight,
                    imageWidth,
                    patch,
                    width,
                    depth,
                    heads,
                    mlpRatio,
                    qkvBias,
                    clipWidth,
                    textTokens,
                    textWidth,
                    dataTypes,
                    timeMlp,
                    finalConvolution,
                    normEps);
        }
    }
}
