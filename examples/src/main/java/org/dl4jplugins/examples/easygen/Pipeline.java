package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.easygen.EasyGen;
import org.dl4jplugins.multimodal.easygen.EasyGenParts;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;

/** What was trained, as one folder that {@link EasyGen#load} reads. */
final class Pipeline {

    static final String STAGE = "pipeline";

    private Pipeline() {}

    static StageResult save(
            EasyGenSettings settings,
            TextLatents texts,
            Diffusion diffusion,
            BiDiffuser model,
            Language language,
            ImageLanguageModel tuned,
            DrawingAdapter adapter,
            Path folder,
            long seed)
            throws IOException {
        DiffusionSettings own = settings.diffusion();
        EasyGenParts parts =
                new EasyGenParts.Builder(tuned, model, diffusion.space(), texts.published())
                        .adapter(adapter.load(seed))
                        .checkpoint(language.checkpoint(seed))
                        .build();
        EasyGen pipeline =
                new EasyGen(
                        parts,
                        new org.dl4jplugins.multimodal.easygen.EasyGenSettings.Builder()
                                .reading(own.samplingSteps(), own.textGuidance())
                                .drawing(own.samplingSteps(), own.imageGuidance())
                                .captionPrompt(LanguageTexts.DESCRIBE)
                                .maxNewTokens(24)
                                .build());
        pipeline.save(folder);
        return StageResult.create()
                .metric("parameters of the language model", tuned.graph().numParams());
    }
}
