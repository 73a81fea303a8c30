package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * What is learned and how, as read from a settings file.
 *
 * @param seeds one run of everything but the judge for each; not 0, which ND4J takes as no seed
 * @param world the scenes
 * @param judge who judges drawn pictures
 * @param text text latents
 * @param diffusion the diffusion model
 * @param language the language model and what joins both
 * @param test held-out scenes that are drawn and read
 * @param unidiffuser whether UniDiffuser's objective is compared with
 */
record EasyGenSettings(
        List<Long> seeds,
        WorldSettings world,
        JudgeSettings judge,
        TextSettings text,
        DiffusionSettings diffusion,
        LanguageSettings language,
        int test,
        boolean unidiffuser) {

    static final List<String> SCALES = List.of("tiny", "embedded", "large");

    static final SettingsFile<EasyGenSettings> FILE = new SettingsFile<>(EasyGenSettings.class);

    EasyGenSettings {
        require(!seeds.isEmpty(), "seeds", seeds, "at least one");
        require(!seeds.contains(0L), "seeds", seeds, "any numbers but 0");
        require(
                seeds.stream().distinct().count() == seeds.size(),
                "seeds",
                seeds,
                "different numbers");
        require(test >= 2, "test", test, "at least 2");
        for (int patch : new int[] {text.patch(), diffusion.patch()}) {
            require(
                    world.side() % patch == 0,
                    "patch",
                    patch,
                    "a divisor of the pictures' side, " + world.side());
        }
        seeds = List.copyOf(seeds);
    }

    /**
     * The settings file of a scale.
     *
     * @throws IllegalArgumentException if there is no such scale
     */
    static EasyGenSettings scale(String scale) throws IOException {
        return FILE.scale(scale, SCALES);
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    static EasyGenSettings read(Path file) throws IOException {
        return FILE.read(file);
    }
}
