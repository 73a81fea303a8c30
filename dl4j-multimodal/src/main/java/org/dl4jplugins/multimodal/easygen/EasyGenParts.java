package org.dl4jplugins.multimodal.easygen;

import java.util.Objects;
import java.util.Optional;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.LatentSpace;

/**
 * What a pipeline is made of, checked to fit each other.
 *
 * <pre>{@code
 * EasyGenParts parts = new EasyGenParts.Builder(languageModel, bidiffuser, latents, texts)
 *         .adapter(adapter)
 *         .checkpoint(checkpoint) // needed to save the pipeline
 *         .build();
 * }</pre>
 */
public final class EasyGenParts {
    private final Builder b;
    private final ImageReader reader;
    private final ImageDrawer drawer;

    private EasyGenParts(Builder builder) {
        b = new Builder(builder);
        reader = new ImageReader(b.model, b.space, b.text, b.images);
        drawer = new ImageDrawer(b.model, b.space, b.text, b.adapter);
    }

    /** {@return the language model with its projection} */
    public ImageLanguageModel language() {
        return b.language;
    }

    /** {@return the diffusion model} */
    public BiDiffuser model() {
        return b.model;
    }

    /** {@return how images become latents} */
    public LatentSpace space() {
        return b.space;
    }

    /** {@return how texts become latents} */
    public TextLatents text() {
        return b.text;
    }

    /** {@return what brings the language model into drawings} */
    public Optional<Adapter> adapter() {
        return Optional.ofNullable(b.adapter);
    }

    /** {@return what embeds whole images} */
    public Optional<ClipImageEncoder> imageEncoder() {
        return Optional.ofNullable(b.images);
    }

    /** {@return the checkpoint whose configuration and files the language model is saved with} */
    public Optional<HfCheckpoint> checkpoint() {
        return Optional.ofNullable(b.checkpoint);
    }

    /** {@return images to what the projection reads} */
    public ImageReader reader() {
        return reader;
    }

    /** {@return descriptions to images} */
    public ImageDrawer drawer() {
        return drawer;
    }

    /** {@return a builder with the same parts} */
    public Builder toBuilder() {
        return new Builder(b);
    }

    /** Collects the parts. */
    public static final class Builder {
        private ImageLanguageModel language;
        private BiDiffuser model;
        private LatentSpace space;
        private TextLatents text;
        private Adapter adapter;
        private ClipImageEncoder images;
        private HfCheckpoint checkpoint;

        /**
         * Starts with what every pipeline has.
         *
         * @param language reads what the diffusion model says of images
         * @param model turns images into text latents, and back
         * @param space turns images into latents, and back
         * @param text turns texts into latents
         */
        public Builder(
                ImageLanguageModel language,
                BiDiffuser model,
                LatentSpace space,
                TextLatents text) {
            this.language = Objects.requireNonNull(language, "language");
            this.model = Objects.requireNonNull(model, "model");
            this.space = Objects.requireNonNull(space, "space");
            this.text = Objects.requireNonNull(text, "text");
        }

        private Builder(Builder other) {
            this(other.language, other.model, other.space, other.text);
            adapter = other.adapter;
            images = other.images;
            checkpoint = other.checkpoint;
        }

        /**
         * Replaces the language model, by one that was trained on for instance.
         *
         * @param language with the same tokenizer as the checkpoint's
         * @return this
         */
        public Builder language(ImageLanguageModel language) {
            this.language = Objects.requireNonNull(language, "language");
            return this;
        }

        /**
         * Brings the language model into drawings.
         *
         * @param adapter null (default) for none: the text encoder alone says what is drawn
         * @return this
         */
        public Builder adapter(Adapter adapter) {
            this.adapter = adapter;
            return this;
        }

        /**
         * Sets what embeds whole images.
         *
         * @param images null (default) for none; needed if the diffusion model or the projection
         *     reads such embeddings
         * @return this
         */
        public Builder imageEncoder(ClipImageEncoder images) {
            this.images = images;
            return this;
        }

        /**
         * Sets the checkpoint that the language model came from, whose configuration and tokenizer
         * it is saved with.
         *
         * @param checkpoint null (default) if the pipeline will not be saved
         * @return this
         */
        public Builder checkpoint(HfCheckpoint checkpoint) {
            this.checkpoint = checkpoint;
            return this;
        }

        /**
         * Checks that the parts fit each other.
         *
         * @return the parts
         * @throws IllegalArgumentException if two do not, naming what was expected
         */
        public EasyGenParts build() {
            Fit.check(language, text, images);
            if (adapter != null) {
                Fit.check(adapter, language);
            }
            if (checkpoint != null) {
                Fit.check(checkpoint, language);
            }
            return new EasyGenParts(this);
        }
    }
}
