package org.dl4jplugins.examples.easygen;

import java.io.IOException;

/** All stages of one seed. */
final class SeedRun {

    private final EasyGenSettings settings;
    private final SceneData data;
    private final Judge judge;
    private final Stages stages;
    private final long seed;

    SeedRun(EasyGenSettings settings, SceneData data, Judge judge, Stages stages, long seed) {
        this.settings = settings;
        this.data = data;
        this.judge = judge;
        this.stages = stages;
        this.seed = seed;
    }

    void run() throws IOException {
        TextSettings text = settings.text();
        stages.run(
                TextLatents.CLIP_STAGE,
                text.clip().steps(),
                () -> TextLatents.trainClip(text, data, stages.training(), seed));
        stages.run(
                TextLatents.CAPTION_STAGE,
                text.captions().steps(),
                () -> TextLatents.trainCaptions(text, data, stages.training(), seed));
        TextLatents texts = TextLatents.load(text, data, stages.folder());
        Diffusion diffusion = new Diffusion(settings.diffusion(), data, texts);
        diffusion(DiffusionVariant.BIDIFFUSER, diffusion, texts);
        if (settings.unidiffuser()) {
            diffusion(DiffusionVariant.UNIDIFFUSER, diffusion, texts);
        }
    }

    private void diffusion(DiffusionVariant variant, Diffusion diffusion, TextLatents texts)
            throws IOException {
        boolean first = variant == DiffusionVariant.BIDIFFUSER;
        stages.run(
                variant.stage(),
                settings.diffusion().steps() + (first ? settings.diffusion().jointSteps() : 0),
                () -> diffusion.train(variant, settings.text(), stages.training(), seed));
        DiffusionScore score = new DiffusionScore(diffusion, texts, data, judge, stages.folder());
        stages.run(variant.stage() + "-score", 0, () -> score.score(variant, settings.test()));
    }
}
