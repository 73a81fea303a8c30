package org.dl4jplugins.multimodal.easygen;

import java.util.Objects;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * From descriptions to images (EasyGen, section 3.3): the text encoder's states, with an adapter
 * also what the language model makes of the descriptions, and a diffusion model that draws them.
 */
public final class ImageDrawer {
    private final BiDiffuser model;
    private final LatentSpace space;
    private final TextLatents text;
    private final Adapter adapter;

    /**
     * Joins the parts.
     *
     * @param model draws latents
     * @param space turns them into images
     * @param text gives the states of descriptions
     * @param adapter brings in the language model; null for none
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    public ImageDrawer(BiDiffuser model, LatentSpace space, TextLatents text, Adapter adapter) {
        this.model = Objects.requireNonNull(model, "model");
        this.space = Objects.requireNonNull(space, "space");
        this.text = Objects.requireNonNull(text, "text");
        this.adapter = adapter;
        Fit.check(model.config(), space);
        Fit.check(model.config(), text);
        if (adapter != null) {
            Fit.check(adapter, model, text.captions().orElse(null));
        }
    }

    /** {@return whether the language model's features are needed} */
    public boolean needsLanguage() {
        return adapter != null;
    }

    /**
     * Draws.
     *
     * @param states the text encoder's states of descriptions [batch, text tokens, state width]
     * @param language the language model's features of the same descriptions; not read, and may be
     *     null, without adapter
     * @param settings of the diffusion from text latents to images
     * @return [batch, channels, height, width] in [-1, 1]
     * @throws IllegalArgumentException if shapes or settings do not fit
     */
    public INDArray draw(INDArray states, TokenStates language, SamplingSettings settings) {
        INDArray condition = adapter == null ? states : adapter.condition(states, language);
        return space.decode(model.textToImage(text.latents(condition), settings).latent());
    }
}
