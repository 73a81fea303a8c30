package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.WordLevelTokenizer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.easygen.ImageExample;
import org.dl4jplugins.multimodal.easygen.ImageExampleIterator;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;
import org.dl4jplugins.multimodal.easygen.ImageLatents;
import org.dl4jplugins.multimodal.easygen.ImagePrompt;
import org.dl4jplugins.multimodal.easygen.ProjectionConfig;
import org.dl4jplugins.multimodal.easygen.TextStandIns;
import org.dl4jplugins.multimodal.easygen.Tuning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** The language model: alone, then with a projection that lets it read the diffusion model. */
final class Language {

    static final String ALONE_STAGE = "language";
    static final String ALIGN_STAGE = "align";
    static final String TUNE_STAGE = "tune";

    private static final int HEAD = 32;
    private static final int POSITIONS = 128;
    private static final int BATCH = 32;
    private static final long READ_SEED = 17;

    private final LanguageSettings settings;
    private final SceneData data;
    private final TextLatents texts;
    private final HfTokenizer tokenizer;

    Language(LanguageSettings settings, SceneData data, TextLatents texts) {
        this.settings = settings;
        this.data = data;
        this.texts = texts;
        tokenizer =
                new WordLevelTokenizer.Builder()
                        .words(data.world().vocabulary())
                        .words(LanguageTexts.WORDS)
                        .texts(List.of("? . , :"))
                        .special(LanguageTexts.SPECIAL)
                        .build()
                        .tokenizer();
    }

    /** A language model of random weights, with a projection of random weights. */
    private ImageLanguageModel create(long seed) {
        ProjectionConfig projection =
                new ProjectionConfig.Builder(texts.tokens(), texts.prefixWidth()).build();
        return ImageLanguageModel.attach(checkpoint(seed).graph(), tokenizer, projection);
    }

    /** A language model of random weights as a checkpoint. */
    HfCheckpoint checkpoint(long seed) {
        HfConfig config =
                new LlamaConfig.Builder(tokenizer.vocabularySize())
                        .hiddenSize(settings.width())
                        .intermediateSize(3 * settings.width())
                        .blocks(settings.layers())
                        .heads(settings.width() / HEAD)
                        .maxPositions(POSITIONS)
                        .padToken(0)
                        .build();
        ModelOptions options = new ModelOptions.Builder().seed(seed).dropout(false).build();
        return HfCheckpoint.create(config, tokenizer, options);
    }

    /** Learns captions, questions and requests without pictures. */
    StageResult alone(Training training, long seed) throws IOException {
        ImageLanguageModel model = ready(create(seed), settings.alone());
        List<ImageExample> examples = LanguageTexts.withoutPictures(data, settings.texts());
        INDArray none = texts.prefixes(texts.latents(data.captions(data.training(), 0, 1)));
        return learn(
                ALONE_STAGE, model, examples, ImageLatents.of(none), settings.alone(), training);
    }

    /** Learns to describe stand-ins, and questions about them (Pre-Align). */
    StageResult align(Training training, long seed) throws IOException {
        ImageLanguageModel model =
                ready(load(ALONE_STAGE, training.folder(), seed), settings.align());
        List<SceneGenerator.AskedScene> asked = asked(data.training(), 0, settings.standIns());
        List<String> captions = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            List<String> wordings = data.wordings(asked.get(i).scene().description());
            captions.add(wordings.get(i % wordings.size()));
        }
        ImageLatents standIns =
                new TextStandIns.Builder(captions, said -> texts.prefixes(texts.latents(said)))
                        .noise(settings.standInNoise())
                        .seed(seed)
                        .build();
        return learn(
                ALIGN_STAGE,
                model,
                LanguageTexts.aboutPictures(asked),
                standIns,
                settings.align(),
                training);
    }

    /** Learns captions of pictures and answers about them, as the diffusion model reads them. */
    StageResult tune(Diffusion diffusion, BiDiffuser reader, Training training, long seed)
            throws IOException {
        ImageLanguageModel model =
                ready(load(ALIGN_STAGE, training.folder(), seed), settings.tune());
        List<SceneGenerator.AskedScene> asked =
                asked(data.training(), SceneData.TUNING, settings.pictures());
        INDArray latents = diffusion.read(reader, data.pictures(scenes(asked)), READ_SEED);
        List<ImageExample> examples = new ArrayList<>(LanguageTexts.aboutPictures(asked));
        examples.addAll(LanguageTexts.withoutPictures(data, settings.pictures()));
        return learn(
                TUNE_STAGE,
                model,
                examples,
                ImageLatents.of(texts.prefixes(latents)),
                settings.tune(),
                training);
    }

    static List<SceneGenerator.AskedScene> asked(SceneGenerator generator, long first, int count) {
        return LongStream.range(first, first + count).mapToObj(generator::asked).toList();
    }

    static List<Scene> scenes(List<SceneGenerator.AskedScene> asked) {
        return asked.stream().map(SceneGenerator.AskedScene::scene).toList();
    }

    private static ImageLanguageModel ready(ImageLanguageModel model, TrainSettings train) {
        IUpdater adam =
                Adam.builder()
                        .learningRateSchedule(Training.cosine(train.learningRate(), train.steps()))
                        .beta2(0.99)
                        .build();
        return model.tune(Tuning.full(), adam);
    }

    private StageResult learn(
            String stage,
            ImageLanguageModel model,
            List<ImageExample> examples,
            ImageLatents latents,
            TrainSettings train,
            Training training)
            throws IOException {
        ImageExampleIterator batches =
                new ImageExampleIterator.Builder(model, examples, latents)
                        .batch(Math.min(train.batch(), examples.size()))
                        .maxLength(POSITIONS)
                        .async(false)
                        .build();
        double[] losses =
                training.fit(stage, model.graph(), TrainingData.of(batches), train.steps());
        AtomicFiles.write(
                training.folder().model(stage + ".zip"),
                out -> ModelSerializer.writeModel(model.graph(), out, false));
        return StageResult.create()
                .metric("parameters", model.graph().numParams())
                .metric("examples", examples.size())
                .series("loss", losses);
    }

    /** The model as a stage left it. */
    ImageLanguageModel load(String stage, EasyGenFolder folder, long seed) throws IOException {
        ComputationGraph graph =
                ModelSerializer.restoreComputationGraph(
                        folder.model(stage + ".zip").toFile(), false);
        return create(seed).tune(Tuning.full(), new Adam(1e-3)).withGraph(graph);
    }

    /** What the model says of pictures, each with a question of its own. */
    List<String> answers(ImageLanguageModel model, INDArray latents, List<String> questions) {
        INDArray prefixes = texts.prefixes(latents);
        List<ImagePrompt> prompts = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            INDArray one =
                    prefixes.get(
                                    NDArrayIndex.interval(i, i + 1),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.all())
                            .dup('c');
            prompts.add(ImagePrompt.of(questions.get(i), one));
        }
        return generate(model, prompts).stream().map(Generation::text).toList();
    }

    /** What the model replies to requests for pictures, tags included. */
    List<String> replies(ImageLanguageModel model, List<String> wanted) {
        List<ImagePrompt> prompts =
                wanted.stream().map(w -> ImagePrompt.text(LanguageTexts.DRAW + w)).toList();
        return generate(model, prompts).stream()
                .map(generation -> tokenizer.decode(generation.ids(), false))
                .toList();
    }

    private List<Generation> generate(ImageLanguageModel model, List<ImagePrompt> prompts) {
        List<Generation> all = new ArrayList<>();
        for (int first = 0; first < prompts.size(); first += BATCH) {
            all.addAll(
                    model.generate(
                            prompts.subList(first, Math.min(first + BATCH, prompts.size())),
                            generator -> generator.maxNewTokens(24)));
        }
        return all;
    }
}
