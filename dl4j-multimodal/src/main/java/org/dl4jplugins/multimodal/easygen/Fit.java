package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
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
