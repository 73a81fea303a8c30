package org.dl4jplugins.multimodal.easygen;

import java.util.Objects;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Sizes of the projection from an image's latent in the space of texts to the tokens that a
 * language model reads: two dense layers with GELU in between, for each latent token. A second such
 * branch may read the states of a CLIP image encoder; its tokens follow those of the latent.
 *
 * <pre>{@code
 * ProjectionConfig config = new ProjectionConfig.Builder(20, 64).hiddenWidth(256).build();
 * }</pre>
 */
public final class ProjectionConfig {
    private final int tokens;
    private final int latentWidth;
    private final int hiddenWidth;
    private final int clipTokens;
    private final int clipWidth;
    private final int clipHiddenWidth;

    @JsonCreator
    private ProjectionConfig(
            @JsonProperty("tokens") int tokens,
            @JsonProperty("latentWidth") int latentWidth,
            @JsonProperty("hiddenWidth") int hiddenWidth,
            @JsonProperty("clipTokens") int clipTokens,
            @JsonProperty("clipWidth") int clipWidth,
            @JsonProperty("clipHiddenWidth") int clipHiddenWidth) {
        this.tokens = Require.atLeast(1, "tokens", tokens);
        this.latentWidth = Require.atLeast(1, "latentWidth", latentWidth);
        this.hiddenWidth = Require.atLeast(1, "hiddenWidth", hiddenWidth);
        this.clipTokens = Require.atLeast(0, "clipTokens", clipTokens);
        int least = clipTokens == 0 ? 0 : 1;
        this.clipWidth = Require.atLeast(least, "clipWidth", clipWidth);
        this.clipHiddenWidth = Require.atLeast(least, "clipHiddenWidth", clipHiddenWidth);
    }

    /**
     * The published sizes: 77 tokens of width 768, hidden width 3072 (14.95 M parameters for a
     * language model of width 4096).
     *
     * @return without CLIP branch
     */
    public static ProjectionConfig published() {
        return new Builder(77, 768).hiddenWidth(3072).build();
    }

    /** {@return tokens of an image's latent} */
    @JsonProperty("tokens")
    public int tokens() {
        return tokens;
    }

    /** {@return width of an image's latent} */
    @JsonProperty("latentWidth")
    public int latentWidth() {
        return latentWidth;
    }

    /** {@return width between the two layers} */
    @JsonProperty("hiddenWidth")
    public int hiddenWidth() {
        return hiddenWidth;
    }

    /** {@return tokens of the image encoder, 0 without CLIP branch} */
    @JsonProperty("clipTokens")
    public int clipTokens() {
        return clipTokens;
    }

    /** {@return width of the image encoder's states, 0 without CLIP branch} */
    @JsonProperty("clipWidth")
    public int clipWidth() {
        return clipWidth;
    }

    /** {@return width between the two layers of the CLIP branch, 0 without} */
    @JsonProperty("clipHiddenWidth")
    public int clipHiddenWidth() {
        return clipHiddenWidth;
    }

    /** {@return whether there is a CLIP branch} */
    public boolean hasClip() {
        return clipTokens > 0;
    }

    /** {@return tokens that the language model reads for an image} */
    public int tokensPerImage() {
        return tokens + clipTokens;
    }

    /**
     * Number of values that the projection learns.
     *
     * @param width of the language model
     * @return weights and biases of all layers
     */
    public long parameters(int width) {
        return branch(latentWidth, hiddenWidth, width)
                + (hasClip() ? branch(clipWidth, clipHiddenWidth, width) : 0);
    }

    private static long branch(long in, long hidden, long out) {
        return (in + 1) * hidden + (hidden + 1) * out;
    }

    /** {@return the sizes as JSON} */
    public String toJson() {
        return Json.write(this);
    }

    /**
     * Reads sizes.
     *
     * @param json written by {@link #toJson}
     * @return the same sizes
     * @throws IllegalArgumentException if it is no such JSON
     */
    public static ProjectionConfig fromJson(String json) {
        return Json.read(json, ProjectionConfig.class, "sizes of a projection");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProjectionConfig c && c.toJson().equals(toJson());
    }

    @Override
    public int hashCode() {
        return Objects.hash(tokens, latentWidth, hiddenWidth, clipTokens, clipWidth);
    }

    @Override
    public String toString() {
        return "ProjectionConfig" + toJson();
    }

    /** Sizes of a {@link ProjectionConfig}. */
    public static final class Builder {
        private final int tokens;
        private final int latentWidth;
        private int hiddenWidth;
        private int clipTokens;
        private int clipWidth;
        private int clipHiddenWidth;

        /**
         * @param tokens of an image's latent, at least 1
         * @param latentWidth its width, at least 1
         */
        public Builder(int tokens, int latentWidth) {
            this.tokens = tokens;
            this.latentWidth = latentWidth;
            this.hiddenWidth = 4 * latentWidth;
        }

        /**
         * Sets the width between the two layers.
         *
         * @param width at least 1; default four times the latent's width
         * @return this
         */
        public Builder hiddenWidth(int width) {
            hiddenWidth = width;
            return this;
        }

        /**
         * Adds the branch that reads an image encoder's states.
         *
         * @param tokens of the encoder, at least 1; default 0, no such branch
         * @param width of its states, at least 1
         * @param hiddenWidth width between the branch's two layers, at least 1
         * @return this
         */
        public Builder clip(int tokens, int width, int hiddenWidth) {
            clipTokens = Require.atLeast(1, "tokens", tokens);
            clipWidth = width;
            clipHiddenWidth = hiddenWidth;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the sizes
         * @throws IllegalArgumentException naming a size that is too small
         */
        public ProjectionConfig build() {
            return new ProjectionConfig(
                    tokens, latentWidth, hiddenWidth, clipTokens, clipWidth, clipHiddenWidth);
        }
    }
}
