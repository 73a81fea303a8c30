package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;
import org.dl4jplugins.multimodal.metric.AttributeAccuracy;
import org.dl4jplugins.multimodal.metric.Bleu;
import org.dl4jplugins.multimodal.metric.CaptionMetric;
import org.dl4jplugins.multimodal.metric.Cider;
import org.dl4jplugins.multimodal.metric.RougeL;
import org.dl4jplugins.multimodal.metric.VqaAccuracy;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the whole system says, answers and draws of held-out scenes. */
final class EasyGenScore {

    static final String READ_STAGE = "read-score";
    static final String DRAW_STAGE = "draw-score";
    static final String UNTRAINED_STAGE = "untrained-projection-score";

    private static final String NOTHING = "?";
    private static final long SEED = 73;

    private final Diffusion diffusion;
    private final Language language;
    private final SceneData data;
    private final Judge judge;
    private final EasyGenFolder folder;

    EasyGenScore(
            Diffusion diffusion,
            Language language,
            SceneData data,
            Judge judge,
            EasyGenFolder folder) {
        this.diffusion = diffusion;
        this.language = language;
        this.data = data;
        this.judge = judge;
        this.folder = folder;
    }

    /** Captions of held-out scenes, and answers to questions about others. */
    StageResult read(ImageLanguageModel model, BiDiffuser reader, int count) throws IOException {
        StageResult result = StageResult.create();
        List<Scene> scenes = diffusion.testScenes(count);
        INDArray latents = diffusion.read(reader, data.pictures(scenes), SEED);
        List<String> captions =
                language.answers(
                        model, latents, Collections.nCopies(count, LanguageTexts.DESCRIBE));
        AttributeAccuracy exact = new AttributeAccuracy();
        for (int i = 0; i < count; i++) {
            exact.add(scenes.get(i).description(), captions.get(i));
        }
        result.metric("captions exact", exact.exact());
        exact.byAttribute().forEach((name, share) -> result.metric("caption " + name, share));
        List<List<String>> references =
                scenes.stream().map(s -> SceneCaptions.captions(s.description())).toList();
        for (CaptionMetric metric : List.of(new Bleu(), new RougeL(), new Cider())) {
            result.metric(metric.name(), metric.score(captions, references));
        }
        List<SceneGenerator.AskedScene> asked =
                Language.asked(data.heldOut(), SceneData.TEST, count);
        INDArray pictures = data.pictures(Language.scenes(asked));
        List<String> questions = asked.stream().map(a -> a.question().question()).toList();
        List<String> answers =
                language.answers(model, diffusion.read(reader, pictures, SEED + 1), questions);
        VqaAccuracy vqa = new VqaAccuracy();
        for (int i = 0; i < count; i++) {
            vqa.add(answers.get(i), asked.get(i).question().answer());
        }
        DiffusionScore.save(folder, "asked", pictures);
        return result.metric("answers right", vqa.value())
                .metric("answers right without looking", data.heldOut().questions().blindAccuracy())
                .texts("captions", captions)
                .texts("questions", questions)
                .texts("answers", answers);
    }

    /** Pictures that the language model was asked for, in all wordings. */
    StageResult draw(
            ImageLanguageModel model,
            BiDiffuser painter,
            DrawingAdapter adapter,
            int count,
            long seed)
            throws IOException {
        List<Scene> scenes = diffusion.testScenes(count);
        List<SceneDescription> asked = SceneData.descriptions(scenes);
        List<String> wanted =
                IntStream.range(0, count)
                        .mapToObj(
                                i -> {
                                    List<String> all = SceneCaptions.captions(asked.get(i));
                                    return all.get(i % all.size());
                                })
                        .toList();
        List<String> described =
                language.replies(model, wanted).stream()
                        .map(reply -> LanguageTexts.described(reply).orElse(NOTHING))
                        .toList();
        AttributeAccuracy descriptions = new AttributeAccuracy();
        for (int i = 0; i < count; i++) {
            descriptions.add(asked.get(i), described.get(i));
        }
        INDArray drawn = adapter.draw(painter, described, seed);
        INDArray plain = diffusion.draw(painter, described, seed);
        INDArray real = data.pictures(scenes);
        DiffusionScore.save(folder, "easygen-drawn", drawn);
        return StageResult.create()
                .metric("described as asked", descriptions.exact())
                .metric("drawn as asked", judge.score(drawn, asked).exact())
                .metric("drawn as asked without adapter", judge.score(plain, asked).exact())
                .metric("fid", judge.fid(real, drawn))
                .metric("fid without adapter", judge.fid(real, plain))
                .texts("wanted", wanted)
                .texts("described", described)
                .texts("seen", DiffusionScore.words(judge.see(drawn)));
    }
}
