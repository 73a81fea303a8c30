package org.dl4jplugins.multimodal.vision;

/**
 * Sizes of a CLIP model (Radford et al. 2021).
 *
 * <pre>{@code
 * ClipConfig small = new ClipConfig.Builder()
 *         .image(32, 8, new ClipTower(64, 256, 4, 2))
 *         .text(1000, 16, new ClipTower(64, 256, 4, 2))
 *         .projection(64)
 *         .build();
 * }</pre>
 */
public final class ClipConfig {
    private final int imageSize;
    private final int patch;
    private final ClipTower vision;
    private final int vocabulary;
    private final int positions;
    private final int endToken;
    private final ClipTower text;
    private final int projection;

    private ClipConfig(Builder b) {
        patch = Require.atLeast(1, "patch", b.patch);
        imageSize = b.imageSize;
        Require.that(
                imageSize >= patch && imageSize % patch == 0,
                "imageSize",
                imageSize,
                "a multiple of patch, " + patch);
        vision = b.vision;
        vocabulary = Require.atLeast(2, "vocabulary", b.vocabulary);
        positions = Require.atLeast(1, "positions", b.positions);
        endToken = b.endToken < 0 ? vocabulary - 1 : b.endToken;
        Require.that(endToken < vocabulary, "endToken", endToken, "below " + vocabulary);
        text = b.text;
        projection = Require.atLeast(1, "projection", b.projection);
    }

    /**
     * The published model with patches of 32 pixels, whose image embedding BiDiffuser draws:
     * 151,277,313 parameters.
     *
     * @return ViT-B/32 for images of 224 pixels, embeddings of width 512
     */
    public static ClipConfig vitB32() {
        return new Builder().build();
    }

    /**
     * The published model whose text encoder Stable Diffusion and BiDiffuser read: 427,616,513
     * parameters.
     *
     * @return ViT-L/14 for images of 224 pixels, embeddings of width 768
     */
    public static ClipConfig vitL14() {
        return new Builder()
                .image(224, 14, new ClipTower(1024, 4096, 16, 24))
                .text(49408, 77, new ClipTower(768, 3072, 12, 12))
                .projection(768)
                .build();
    }

    /** {@return height and width of the images that the table of positions is for} */
    public int imageSize() {
        return imageSize;
    }

    /** {@return side of a patch in pixels} */
    public int patch() {
        return patch;
    }

    /** {@return sizes of the image transformer} */
    public ClipTower vision() {
        return vision;
    }

    /** {@return number of token ids} */
    public int vocabulary() {
        return vocabulary;
    }

    /** {@return most tokens of a text} */
    public int positions() {
        return positions;
    }

    /** {@return the token that ends a text, where its embedding is read} */
    public int endToken() {
        return endToken;
    }

    /** {@return sizes of the text transformer} */
    public ClipTower text() {
        return text;
    }

    /** {@return width of the embeddings} */
    public int projection() {
        return projection;
    }

    /** Collects sizes; at first those of {@link #vitB32}. */
    public static final class Builder {
        private int imageSize = 224;
        private int patch = 32;
        private ClipTower vision = new ClipTower(768, 3072, 12, 12);
        private int vocabulary = 49408;
        private int positions = 77;
        private int endToken = -1;
        private ClipTower text = new ClipTower(512, 2048, 8, 12);
        private int projection = 512;

        /**
         * Sets the image encoder.
         *
         * @param imageSize height and width of its images, a multiple of the patch
         * @param patch side of a patch in pixels
         * @param tower sizes of its transformer
         * @return this
         */
        public Builder image(int imageSize, int patch, ClipTower tower) {
            this.imageSize = imageSize;
            this.patch = patch;
            vision = tower;
            return this;
        }

        /**
         * Sets the text encoder.
         *
         * @param vocabulary number of token ids
         * @param positions most tokens of a text
         * @param tower sizes of its transformer
         * @return this
         */
        public Builder text(int vocabulary, int positions, ClipTower tower) {
            this.vocabulary = vocabulary;
            this.positions = positions;
            text = tower;
            return this;
        }

        /**
         * Sets the token that ends a text.
         *
         * @param id below the vocabulary; its last token by default
         * @return this
         */
        public Builder endToken(int id) {
            Require.atLeast(0, "endToken", id);
            endToken = id;
            return this;
        }

        /**
         * Sets the width of the embeddings.
         *
         * @param width at least 1
         * @return this
         */
        public Builder projection(int width) {
            projection = width;
            return this;
        }

        /**
         * Checks the sizes.
         *
         * @return the configuration
         * @throws IllegalArgumentException if one is out of its range, naming it
         */
        public ClipConfig build() {
            return new ClipConfig(this);
        }
    }
}
