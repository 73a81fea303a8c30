package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * The language model and what joins it to the diffusion model.
 *
 * @param width of the language model, a multiple of 32
 * @param layers its blocks
 * @param texts captions, questions and requests that it first learns from, without pictures
 * @param alone its training on them
 * @param standIns captions whose own latents stand in for pictures of them
 * @param standInNoise standard deviation of what is added to those
 * @param align training of projection and language model on stand-ins (Pre-Align)
 * @param pictures pictures, read by the diffusion model, that are described and asked about
 * @param tune training of projection and language model on them
 * @param adapter training of the adapter
 * @param adapterWeight lambda, the language model's part in what is drawn from
 */
record LanguageSettings(
        int width,
        int layers,
        int texts,
        TrainSettings alone,
        int standIns,
        double standInNoise,
        TrainSettings align,
        int pictures,
        TrainSettings tune,
        TrainSettings adapter,
        double adapterWeight) {

    LanguageSettings {
        require(width >= 32 && width % 32 == 0, "language width", width, "a multiple of 32");
        require(layers >= 1, "language layers", layers, "at least 1");
        require(texts >= 2, "texts", texts, "at least 2");
        require(standIns >= 2, "standIns", standIns, "at least 2");
        require(standInNoise >= 0, "standInNoise", standInNoise, "at least 0");
        require(pictures >= 2, "pictures", pictures, "at least 2");
        require(
                adapterWeight > 0 && adapterWeight <= 1,
                "adapterWeight",
                adapterWeight,
                "above 0 and at most 1");
    }
}
