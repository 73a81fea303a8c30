package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * Text latents: CLIP, and the caption decoder behind its text encoder.
 *
 * @param patch side of CLIP's patches in pixels
 * @param width of CLIP's transformers, a multiple of 32
 * @param layers blocks of each of them
 * @param embedding width of its embeddings
 * @param clip its contrastive training
 * @param latent width of the latents
 * @param decoderWidth of the caption decoder, a multiple of 32
 * @param decoderLayers its blocks
 * @param noise standard deviation of what is added to its training's text states, relative to
 *     theirs: latents that a diffusion model makes are not exact
 * @param randomWords share of its training's texts that are random words: who only ever reads
 *     captions learns them by heart
 * @param captions its training
 */
record TextSettings(
        int patch,
        int width,
        int layers,
        int embedding,
        TrainSettings clip,
        int latent,
        int decoderWidth,
        int decoderLayers,
        double noise,
        double randomWords,
        TrainSettings captions) {

    TextSettings {
        require(patch >= 1, "text patch", patch, "at least 1");
        require(width >= 32 && width % 32 == 0, "text width", width, "a multiple of 32");
        require(layers >= 1, "text layers", layers, "at least 1");
        require(embedding >= 1, "embedding", embedding, "at least 1");
        require(latent >= 1, "latent", latent, "at least 1");
        require(
                decoderWidth >= 32 && decoderWidth % 32 == 0,
                "decoderWidth",
                decoderWidth,
                "a multiple of 32");
        require(decoderLayers >= 1, "decoderLayers", decoderLayers, "at least 1");
        require(randomWords >= 0 && randomWords <= 1, "randomWords", randomWords, "from 0 to 1");
        require(noise >= 0, "noise", noise, "at least 0");
    }
}
