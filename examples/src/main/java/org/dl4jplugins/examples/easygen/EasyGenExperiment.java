package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * The experiment, stage by stage. Everything that is done is on disk, so running it again in the
 * same folder goes on where it was interrupted.
 */
final class EasyGenExperiment {

    private final EasyGenSettings settings;
    private final EasyGenFolder folder;

    EasyGenExperiment(EasyGenSettings settings, EasyGenFolder folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /** Gradient steps of all stages together. */
    int steps() {
        DiffusionSettings diffusion = settings.diffusion();
        LanguageSettings language = settings.language();
        int perSeed =
                language.alone().steps()
                        + language.align().steps()
                        + language.tune().steps()
                        + language.adapter().steps()
                        + settings.text().clip().steps()
                        + settings.text().captions().steps()
                        + diffusion.jointSteps()
                        + diffusion.steps() * (settings.unidiffuser() ? 2 : 1);
        return settings.judge().steps() + settings.seeds().size() * perSeed;
    }

    /**
     * Does what is not done yet.
     *
     * @param stepDone called after each step with the training's name
     * @return all results
     * @throws IllegalArgumentException if the folder holds results of other settings
     */
    EasyGenOutcome run(Consumer<String> stepDone) throws IOException {
        EasyGenSettings.FILE.claim(settings, folder.path());
        EasyGenOutcome outcome = new EasyGenOutcome(settings, folder);
        SceneData data = new SceneData(settings.world());
        Training training = new Training(folder, stepDone);
        Stages shared = new Stages(folder, training);
        outcome.add(shared);
        StageResult judged =
                shared.run(
                        Judge.STAGE,
                        settings.judge().steps(),
                        () -> Judge.train(settings.judge(), data, training));
        double exact = judged.metrics().get("exact");
        if (exact < settings.judge().required()) {
            throw new IllegalStateException(
                    "The judge recognizes "
                            + exact
                            + " of fresh pictures, must be at least "
                            + settings.judge().required()
                            + ": train it longer");
        }
        Judge judge = Judge.load(data, folder);
        for (long seed : settings.seeds()) {
            EasyGenFolder own = folder.ofSeed(seed);
            Stages stages = new Stages(own, new Training(own, stepDone));
            outcome.add(seed, stages);
            new SeedRun(settings, data, judge, stages, seed).run();
        }
        return outcome;
    }
}
