package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;

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
        language(diffusion, texts);
    }

    private void language(Diffusion diffusion, TextLatents texts) throws IOException {
        LanguageSettings own = settings.language();
        EasyGenFolder folder = stages.folder();
        Training training = stages.training();
        Language language = new Language(own, data, texts);
        BiDiffuser model = BiDiffuser.load(folder.model(DiffusionVariant.BIDIFFUSER.stage()));
        EasyGenScore score = new EasyGenScore(diffusion, language, data, judge, folder);
        stages.run(Language.ALONE_STAGE, own.alone().steps(), () -> language.alone(training, seed));
        stages.run(
                EasyGenScore.UNTRAINED_STAGE,
                0,
                () ->
                        score.read(
                                language.load(Language.ALONE_STAGE, folder, seed),
                                model,
                                settings.test()));
        stages.run(Language.ALIGN_STAGE, own.align().steps(), () -> language.align(training, seed));
        stages.run(
                Language.TUNE_STAGE,
                own.tune().steps(),
                () -> language.tune(diffusion, model, training, seed));
        ImageLanguageModel tuned = language.load(Language.TUNE_STAGE, folder, seed);
        stages.run(EasyGenScore.READ_STAGE, 0, () -> score.read(tuned, model, settings.test()));
        DrawingAdapter adapter =
                new DrawingAdapter(settings, data, texts, diffusion, tuned, folder);
        stages.run(
                DrawingAdapter.STAGE,
                own.adapter().steps(),
                () -> adapter.train(model, training, seed));
        stages.run(
                EasyGenScore.DRAW_STAGE,
                0,
                () -> score.draw(tuned, model, adapter, settings.test(), seed));
        if (!settings.diffusion().imageEmbedding()) {
            stages.run(
                    Pipeline.STAGE,
                    0,
                    () ->
                            Pipeline.save(
                                    settings,
                                    texts,
                                    diffusion,
                                    model,
                                    language,
                                    tuned,
                                    adapter,
                                    folder.model("easygen"),
                                    seed));
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
