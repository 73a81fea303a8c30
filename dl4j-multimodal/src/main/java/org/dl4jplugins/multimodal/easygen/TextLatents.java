package org.dl4jplugins.multimodal.easygen;

import java.util.List;
import java.util.Optional;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Texts as a diffusion model sees them: a text encoder's states, narrowed to latents, and the way
 * back to what a projection into a language model reads.
 */
public interface TextLatents {

    /** {@return tokens of each text, shorter ones filled up} */
    int tokens();

    /** {@return width of the encoder's states} */
    int stateWidth();

    /**
     * The encoder's states of texts, f_CLIP in the paper.
     *
     * @param texts at least one
     * @return [batch, {@link #tokens}, {@link #stateWidth}], always the same for the same texts
     * @throws IllegalArgumentException if there is no text, or one is refused for its length
     */
    INDArray states(List<String> texts);

    /**
     * The model that narrows states to latents, and reads captions from them.
     *
     * @return empty if states are latents as they are
     */
    Optional<CaptionModel> captions();

    /** {@return width of the latents that the diffusion model draws from and writes} */
    default int latentWidth() {
        return captions().map(model -> model.config().latentWidth()).orElse(stateWidth());
    }

    /** {@return width of what the projection into the language model reads} */
    default int prefixWidth() {
        return captions().map(model -> model.config().width()).orElse(stateWidth());
    }

    /**
     * The diffusion model's text latents.
     *
     * @param states [batch, {@link #tokens}, {@link #stateWidth}]
     * @return [batch, {@link #tokens}, {@link #latentWidth}]
     * @throws IllegalArgumentException if the shape does not fit
     */
    default INDArray latents(INDArray states) {
        return captions().map(model -> model.encode(states)).orElse(states);
    }

    /**
     * The diffusion model's text latents of texts: those an image of the text should have.
     *
     * @param texts at least one
     * @return [batch, {@link #tokens}, {@link #latentWidth}]
     * @throws IllegalArgumentException if there is no text, or one is refused for its length
     */
    default INDArray latentsOf(List<String> texts) {
        return latents(states(texts));
    }

    /**
     * Widens latents for the projection into the language model: the decoded prefix of the paper.
     *
     * @param latents [batch, {@link #tokens}, {@link #latentWidth}]
     * @return [batch, {@link #tokens}, {@link #prefixWidth}]
     * @throws IllegalArgumentException if the shape does not fit
     */
    default INDArray prefixes(INDArray latents) {
        return captions().map(model -> model.decode(latents)).orElse(latents);
    }
}
