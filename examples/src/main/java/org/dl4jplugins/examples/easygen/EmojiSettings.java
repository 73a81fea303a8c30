package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.util.List;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * What is learned of emoji and how, as read from a settings file.
 *
 * @param seed of everything; not 0, which ND4J takes as no seed
 * @param categories of emoji, such as "Animals & Nature"; none for all
 * @param side height and width of the pictures in pixels, a multiple of the patches
 * @param heldOut share of the emoji that training never shows, above 0 and below 1
 * @param patch of CLIP's picture encoder
 * @param width of CLIP's tokens, a multiple of 32
 * @param layers of CLIP's encoders
 * @param clip how CLIP is trained, on pictures and their names
 * @param diffusion the diffusion model; its texts are the states of CLIP's text encoder
 * @param shown how many emoji of training and held-out names are drawn, each
 */
record EmojiSettings(
        long seed,
        List<String> categories,
        int side,
        double heldOut,
        int patch,
        int width,
        int layers,
        TrainSettings clip,
        DiffusionSettings diffusion,
        int shown) {

    static final SettingsFile<EmojiSettings> FILE = new SettingsFile<>(EmojiSettings.class);

    EmojiSettings {
        require(seed != 0, "seed", seed, "any number but 0");
        require(heldOut > 0 && heldOut < 1, "heldOut", heldOut, "above 0 and below 1");
        for (int each : new int[] {patch, diffusion.patch()}) {
            require(
                    each >= 1 && side >= each && side % each == 0,
                    "patch",
                    each,
                    "a divisor of the pictures' side, " + side);
        }
        require(width >= 32 && width % 32 == 0, "width", width, "a multiple of 32");
        require(layers >= 1, "layers", layers, "at least 1");
        require(!diffusion.imageEmbedding(), "imageEmbedding", true, "false");
        require(shown >= 1, "shown", shown, "at least 1");
        categories = List.copyOf(categories);
    }
}
