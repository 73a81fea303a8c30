package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.buffer.DataType;

/** Checks that parts made apart fit each other. */
final class Fit {
    private Fit() {}

    /** States become the diffusion model's text latents. */
    static void check(Adapter adapter, BiDiffuser model, CaptionModel captions) {
        int stateWidth = adapter.config().stateWidth();
        UViTConfig sizes = model.config();
        if (captions == null) {
            Require.that(
                    stateWidth == sizes.textWidth(),
                    "stateWidth of the adapter",
                    stateWidth,
                    "textWidth of the diffusion model, " + sizes.textWidth());
        } else {
            int expected = captions.config().stateWidth();
            Require.that(
                    stateWidth == expected,
                    "stateWidth of the adapter",
                    stateWidth,
                    "that of the caption model, " + expected);
            check(captions, sizes);
            sameType("caption model", captions.graph(), model);
        }
        sameType("adapter", adapter.graph(), model);
    }

    /** A caption model narrows states to the diffusion model's text latents. */
    static void check(CaptionModel captions, UViTConfig sizes) {
        int width = captions.config().latentWidth();
        Require.that(
                width == sizes.textWidth(),
                "latentWidth of the caption model",
                width,
                "textWidth of the diffusion model, " + sizes.textWidth());
        int tokens = captions.config().stateTokens();
        Require.that(
                tokens == sizes.textTokens(),
                "stateTokens of the caption model",
                tokens,
                "textTokens of the diffusion model, " + sizes.textTokens());
    }

    /** Images have latents as the diffusion model takes them. */
    static void check(UViTConfig sizes, LatentSpace space) {
        Require.that(
                space.channels() == sizes.imageChannels(),
                "channels of the latent space",
                space.channels(),
                "imageChannels of the diffusion model, " + sizes.imageChannels());
    }

    /** Texts have latents as the diffusion model takes them. */
    static void check(UViTConfig sizes, TextLatents text) {
        Require.that(
                text.latentWidth() == sizes.textWidth(),
                "latentWidth of the texts",
                text.latentWidth(),
                "textWidth of the diffusion model, " + sizes.textWidth());
        Require.that(
                text.tokens() == sizes.textTokens(),
                "tokens of the texts",
                text.tokens(),
                "textTokens of the diffusion model, " + sizes.textTokens());
    }

    /** Whole images are embedded as the diffusion model takes them. */
    static void check(UViTConfig sizes, ClipImageEncoder images) {
        int width = sizes.clipWidth();
        int given = images == null ? 0 : images.config().projection();
        Require.that(
                width == 0 || given == width,
                "image encoder",
                images == null ? "none" : "one of embeddings of width " + given,
                "one whose embeddings have the diffusion model's clipWidth, " + width);
    }

    /** A language model reads what the diffusion model says of images, and can write tags. */
    static void check(ImageLanguageModel language, TextLatents text, ClipImageEncoder images) {
        ProjectionConfig projection = language.projection();
        Require.that(
                projection.tokens() == text.tokens(),
                "tokens of the projection",
                projection.tokens(),
                "those of the texts, " + text.tokens());
        Require.that(
                projection.latentWidth() == text.prefixWidth(),
                "latentWidth of the projection",
                projection.latentWidth(),
                "prefixWidth of the texts, " + text.prefixWidth());
        if (projection.clipTokens() > 0) {
            int given = images == null ? 0 : images.config().projection();
            Require.that(
                    projection.clipTokens() == 1 && projection.clipWidth() == given,
                    "CLIP branch of the projection",
                    projection.clipTokens() + " tokens of width " + projection.clipWidth(),
                    "1 token of the image encoder's width, " + given);
        }
        new ImageTags(language.marks()).requireIn(language.tokenizer());
    }

    /** An adapter reads a language model's features. */
    static void check(Adapter adapter, ImageLanguageModel language) {
        Require.that(
                adapter.config().languageWidth() == language.width(),
                "languageWidth of the adapter",
                adapter.config().languageWidth(),
                "width of the language model, " + language.width());
    }

    /** A language model can be saved as a checkpoint. */
    static void check(HfCheckpoint checkpoint, ImageLanguageModel language) {
        Require.that(checkpoint.hasTokenizer(), "checkpoint", "one without", "one with tokenizer");
        int tokens = language.tokenizer().vocabularySize();
        int saved = checkpoint.tokenizer().vocabularySize();
        Require.that(
                saved == tokens,
                "tokenizer of the checkpoint",
                "one of " + saved + " tokens",
                "that of the language model, of " + tokens);
    }

    private static void sameType(String what, ComputationGraph graph, BiDiffuser model) {
        DataType type = graph.getConfiguration().getDataType();
        DataType expected = model.graph().getConfiguration().getDataType();
        Require.that(
                type == expected,
                "data type of the " + what,
                type,
                "that of the diffusion model, " + expected);
    }

    /** Images as the diffusion model takes them. */
    static void checkImages(UViTConfig sizes, ImageLatent images, long batch) {
        int patch = sizes.patch();
        boolean right =
                images.latent().rank() == 4
                        && images.latent().size(0) == batch
                        && images.latent().size(1) == sizes.imageChannels()
                        && images.latent().size(2) % patch == 0
                        && images.latent().size(3) % patch == 0;
        Require.that(
                right,
                "image latent",
                images.latent().shapeInfoToString(),
                "["
                        + batch
                        + ", "
                        + sizes.imageChannels()
                        + ", height, width], multiples of the patch, "
                        + patch);
        if (sizes.clipWidth() > 0) {
            Require.shape(
                    "image embedding",
                    images.clip(),
                    "[" + batch + ", 1, " + sizes.clipWidth() + "]",
                    batch,
                    1,
                    sizes.clipWidth());
        }
    }
}
