package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.easygen.ClipTextLatents;
import org.dl4jplugins.multimodal.metric.AttributeAccuracy;
import org.dl4jplugins.multimodal.text.CaptionConfig;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.vision.Clip;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Captions as latents and back, and pictures as embeddings. */
final class TextLatents {

    static final String CLIP_STAGE = "clip";
    static final String CAPTION_STAGE = "captions";

    private static final int HEAD = 32;
    private static final int BATCH = 256;

    private final TextSettings settings;
    private final SceneData data;
    private final HfTokenizer tokenizer;
    private final int window;
    private final ClipConfig config;
    private ClipTextEncoder texts;
    private ClipImageEncoder pictures;
    private CaptionModel captions;
    private final Map<String, INDArray> known = new LinkedHashMap<>();

    private TextLatents(TextSettings settings, SceneData data) {
        this.settings = settings;
        this.data = data;
        tokenizer = data.tokenizer();
        window = 1 + longest();
        ClipTower tower =
                new ClipTower(
                        settings.width(),
                        4 * settings.width(),
                        settings.width() / HEAD,
                        settings.layers());
        config =
                new ClipConfig.Builder()
                        .image(data.side(), settings.patch(), tower)
                        .text(tokenizer.vocabularySize(), window, tower)
                        .projection(settings.embedding())
                        .endToken(end())
                        .build();
    }

    private int longest() {
        return data.world().descriptions().stream()
                .flatMap(d -> data.wordings(d).stream())
                .mapToInt(caption -> ids(caption).length)
                .max()
                .orElseThrow();
    }

    /** Trains CLIP on pictures and captions of training scenes. */
    static StageResult trainClip(
            TextSettings settings, SceneData data, Training training, long seed)
            throws IOException {
        TextLatents latents = new TextLatents(settings, data);
        TrainSettings train = settings.clip();
        Clip clip =
                Clip.create(
                        latents.config, Training.adam(train.learningRate(), train.steps(), seed));
        TrainingData pairs =
                step -> {
                    List<Scene> scenes = latents.distinct(step, train.batch());
                    List<String> said =
                            scenes.stream()
                                    .map(s -> latents.wording(s.description(), step))
                                    .toList();
                    return clip.batch(data.pictures(scenes), latents.padded(said));
                };
        double[] losses = training.fit(CLIP_STAGE, clip.graph(), pairs, train.steps());
        clip.save(training.folder().model("clip.safetensors"));
        latents.texts = clip.textEncoder();
        latents.pictures = clip.imageEncoder();
        return StageResult.create().metric("retrieval", latents.retrieval()).series("loss", losses);
    }

    /** Trains the latents of captions and the way back to words. */
    static StageResult trainCaptions(
            TextSettings settings, SceneData data, Training training, long seed)
            throws IOException {
        TextLatents latents = new TextLatents(settings, data);
        latents.loadClip(training.folder());
        TrainSettings train = settings.captions();
        latents.captions =
                CaptionModel.create(
                        latents.captionConfig(),
                        Training.adam(train.learningRate(), train.steps(), seed));
        double[] losses =
                training.fit(
                        CAPTION_STAGE,
                        latents.captions.graph(),
                        new CaptionBatches(settings, data, latents, train.batch(), seed),
                        train.steps());
        PrefixScale.standardize(latents.captions, latents.trainingStates());
        AtomicFiles.write(
                training.folder().model("captions.zip"),
                out -> ModelSerializer.writeModel(latents.captions.graph(), out, false));
        return StageResult.create()
                .metric("exact", latents.roundTrip(data.split().training()).exact())
                .metric(
                        "exact on held-out descriptions",
                        latents.roundTrip(data.split().heldOut()).exact())
                .metric("tokens", latents.window)
                .series("loss", losses);
    }

    static TextLatents load(TextSettings settings, SceneData data, EasyGenFolder folder)
            throws IOException {
        TextLatents latents = new TextLatents(settings, data);
        latents.loadClip(folder);
        latents.captions =
                CaptionModel.of(
                        latents.captionConfig(),
                        ModelSerializer.restoreComputationGraph(
                                folder.model("captions.zip").toFile(), false));
        return latents;
    }

    private void loadClip(EasyGenFolder folder) throws IOException {
        Clip clip = Clip.create(config, Training.adam(1e-3, 1, 1));
        clip.load(folder.model("clip.safetensors"));
        texts = clip.textEncoder();
        pictures = clip.imageEncoder();
    }

    private CaptionConfig captionConfig() {
        return new CaptionConfig(
                window,
                settings.width(),
                settings.latent(),
                tokenizer.vocabularySize(),
                end(),
                window,
                settings.decoderWidth(),
                settings.decoderWidth() / HEAD,
                settings.decoderLayers());
    }

    private int end() {
        return tokenizer.id("</s>").orElseThrow();
    }

    /** Tokens of a latent. */
    int tokens() {
        return window;
    }

    int[] ids(String caption) {
        return tokenizer.encode(caption);
    }

    private INDArray padded(List<String> said) {
        return padded(said.stream().map(this::ids).toArray(int[][]::new));
    }

    /** [texts, tokens], cut, ended and filled up by the end token. */
    private INDArray padded(int[][] said) {
        float[][] ids = new float[said.length][window];
        for (int i = 0; i < ids.length; i++) {
            Arrays.fill(ids[i], end());
            for (int t = 0; t < Math.min(said[i].length, window - 1); t++) {
                ids[i][t] = said[i][t];
            }
        }
        return Nd4j.createFromArray(ids);
    }

    private String wording(SceneDescription description, long number) {
        List<String> wordings = data.wordings(description);
        return wordings.get(new NoiseSource(number, 7).below(wordings.size()));
    }

    /** Training scenes of a step that mean different things, as CLIP's loss asks for. */
    private List<Scene> distinct(long step, int batch) {
        Map<SceneDescription, Scene> scenes = new LinkedHashMap<>();
        int most = Math.min(batch, data.split().training().size() / 2);
        for (long n = step * 64L * batch; scenes.size() < most; n++) {
            Scene scene = data.training().scene(n);
            scenes.putIfAbsent(scene.description(), scene);
        }
        return List.copyOf(scenes.values());
    }

    /** How often, among held-out pairs, the picture's own caption is the nearest. */
    private double retrieval() {
        List<SceneDescription> all = data.split().heldOut();
        List<Scene> scenes =
                all.stream().map(d -> data.heldOut().scene(d, SceneData.TEST)).toList();
        INDArray said = normalized(texts.embed(padded(shortest(all))));
        INDArray best = embeddings(data.pictures(scenes)).mmul(said.transpose()).argMax(1);
        int right = 0;
        for (int i = 0; i < all.size(); i++) {
            right += best.getInt(i) == i ? 1 : 0;
        }
        return (double) right / all.size();
    }

    private static List<String> shortest(List<SceneDescription> descriptions) {
        return descriptions.stream().map(SceneCaptions::caption).toList();
    }

    private INDArray trainingStates() {
        List<String> said = data.captions(data.training(), 0, 512);
        return texts.states(padded(said));
    }

    private AttributeAccuracy roundTrip(List<SceneDescription> descriptions) {
        List<String> said = descriptions.stream().flatMap(d -> data.wordings(d).stream()).toList();
        List<String> back = captions(latents(said));
        AttributeAccuracy accuracy = new AttributeAccuracy();
        for (int i = 0; i < said.size(); i++) {
            accuracy.add(SceneCaptions.parse(said.get(i)).orElseThrow(), back.get(i));
        }
        return accuracy;
    }

    /** [captions, tokens, latent], of about unit variance. */
    INDArray latents(List<String> said) {
        List<String> unknown =
                said.stream().distinct().filter(caption -> !known.containsKey(caption)).toList();
        for (int first = 0; first < unknown.size(); first += BATCH) {
            List<String> part = unknown.subList(first, Math.min(first + BATCH, unknown.size()));
            INDArray encoded = captions.encode(texts.states(padded(part)));
            for (int i = 0; i < part.size(); i++) {
                known.put(part.get(i), encoded.slice(i).dup('c'));
            }
        }
        return Nd4j.stack(0, said.stream().map(known::get).toArray(INDArray[]::new));
    }

    /** What latents say. */
    List<String> captions(INDArray latents) {
        List<String> said = new ArrayList<>();
        for (int[] ids : captions.captions(latents)) {
            said.add(tokenizer.decode(ids));
        }
        return said;
    }

    /** What latents mean. */
    List<Optional<SceneDescription>> meanings(INDArray latents) {
        return captions(latents).stream().map(SceneCaptions::parse).toList();
    }

    /** The same for the pipeline. */
    ClipTextLatents published() {
        return new ClipTextLatents(texts, tokenizer, captions);
    }

    /** The text encoder's states of ids. */
    INDArray encoded(int[][] said) {
        return texts.states(padded(said));
    }

    /** The text encoder's states of captions [captions, tokens, width]. */
    INDArray states(List<String> said) {
        return texts.states(padded(said));
    }

    /** What the projection reads of latents [batch, tokens, {@link #prefixWidth}]. */
    INDArray prefixes(INDArray latents) {
        return captions.decode(latents);
    }

    int prefixWidth() {
        return settings.decoderWidth();
    }

    CaptionModel captionModel() {
        return captions;
    }

    /** CLIP's embeddings of pictures [batch, embedding], of length 1. */
    private INDArray embeddings(INDArray images) {
        return normalized(pictures.embed(images));
    }

    /** CLIP's embeddings of pictures [batch, 1, embedding], of about unit variance. */
    INDArray imageTokens(INDArray images) {
        return embeddings(images)
                .muli(Math.sqrt(settings.embedding()))
                .reshape('c', images.size(0), 1, settings.embedding());
    }

    private static INDArray normalized(INDArray rows) {
        return rows.divColumnVector(Transforms.max(rows.norm2(true, 1), 1e-12)).dup('c');
    }
}
