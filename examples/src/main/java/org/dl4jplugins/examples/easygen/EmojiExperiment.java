package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.LongText;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.easygen.ClipTextLatents;
import org.dl4jplugins.multimodal.metric.NearestPictures;
import org.dl4jplugins.multimodal.vision.Clip;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws emoji by their names: real pictures with real texts, few enough to ask whether the model
 * only copies them. Goes on where it was interrupted.
 */
final class EmojiExperiment {

    static final String CLIP = "emoji-clip";
    static final String SCORE = "emoji-score";
    static final String TRAINING = "training";
    static final String HELD_OUT = "held out";

    private static final int HEAD = 32;
    private static final int EMBEDDING = 32;
    private static final int BATCH = 64;
    private static final long DRAW_SEED = 91;

    private final EmojiSettings settings;
    private final Path emoji;
    private final EasyGenFolder folder;
    private final LatentSpace space;

    EmojiExperiment(EmojiSettings settings, Path emoji, EasyGenFolder folder) {
        this.settings = settings;
        this.emoji = emoji;
        this.folder = folder;
        space = new IdentityLatent(3, settings.diffusion().scale());
    }

    int steps() {
        DiffusionSettings diffusion = settings.diffusion();
        return settings.clip().steps() + diffusion.jointSteps() + diffusion.steps();
    }

    /**
     * Does what is not done yet.
     *
     * @param stepDone called after each step with the training's name
     * @return the score
     * @throws IllegalArgumentException if the folder holds results of other settings
     */
    StageResult run(Consumer<String> stepDone) throws IOException {
        EmojiSettings.FILE.claim(settings, folder.path());
        EmojiData.Split data = EmojiData.read(settings, emoji);
        Training training = new Training(folder, stepDone);
        Stages stages = new Stages(folder, training);
        try (HfTokenizer tokenizer = data.tokenizer()) {
            stages.run(CLIP, settings.clip().steps(), () -> trainClip(data, tokenizer, training));
            ClipTextLatents texts = texts(clip(data, tokenizer), tokenizer);
            stages.run(
                    DiffusionVariant.BIDIFFUSER.stage(),
                    settings.diffusion().jointSteps() + settings.diffusion().steps(),
                    () -> trainDiffusion(data.training(), texts, training));
            return stages.run(SCORE, 0, () -> score(data, texts));
        }
    }

    private Clip create(EmojiData.Split data, HfTokenizer tokenizer, int steps) {
        ClipTower tower =
                new ClipTower(
                        settings.width(),
                        4 * settings.width(),
                        settings.width() / HEAD,
                        settings.layers());
        ClipConfig config =
                new ClipConfig.Builder()
                        .image(settings.side(), settings.patch(), tower)
                        .text(tokenizer.vocabularySize(), 1 + data.longest(), tower)
                        .projection(EMBEDDING)
                        .endToken(tokenizer.id("</s>").orElseThrow())
                        .build();
        return Clip.create(
                config, Training.adam(settings.clip().learningRate(), steps, settings.seed()));
    }

    private Clip clip(EmojiData.Split data, HfTokenizer tokenizer) throws IOException {
        Clip clip = create(data, tokenizer, 1);
        clip.load(folder.model("clip.safetensors"));
        return clip;
    }

    private static ClipTextLatents texts(Clip clip, HfTokenizer tokenizer) {
        return new ClipTextLatents(clip.textEncoder(), tokenizer, null, LongText.REFUSE);
    }

    private StageResult trainClip(EmojiData.Split data, HfTokenizer tokenizer, Training training)
            throws IOException {
        TrainSettings train = settings.clip();
        Clip clip = create(data, tokenizer, train.steps());
        EmojiData learned = data.training();
        INDArray ids = texts(clip, tokenizer).ids(learned.names());
        int batch = Math.min(train.batch(), learned.count());
        double[] losses =
                training.fit(
                        CLIP,
                        clip.graph(),
                        step -> {
                            int[] some = some(learned.count(), batch, step);
                            return clip.batch(rows(learned.pictures(), some), rows(ids, some));
                        },
                        train.steps());
        clip.save(folder.model("clip.safetensors"));
        return StageResult.create().series("loss", losses);
    }

    private StageResult trainDiffusion(EmojiData learned, ClipTextLatents texts, Training training)
            throws IOException {
        INDArray states = texts.states(learned.names());
        INDArray latents = space.encode(learned.pictures());
        DiffusionSettings own = settings.diffusion();
        int batch = Math.min(own.batch(), learned.count());
        return new DiffusionTraining(
                        own,
                        own.uvit(settings.side(), texts.tokens(), texts.stateWidth(), 0),
                        first ->
                                step -> {
                                    int[] some = some(learned.count(), batch, first + step);
                                    INDArray[] pairs = {rows(latents, some), rows(states, some)};
                                    return new MultiDataSet(pairs, null);
                                })
                .train(DiffusionVariant.BIDIFFUSER, training, settings.seed());
    }

    /** Different rows, drawn anew for each step. */
    private int[] some(int count, int batch, long step) {
        NoiseSource random = new NoiseSource(settings.seed(), step, 5);
        int[] all = IntStream.range(0, count).toArray();
        for (int i = 0; i < batch; i++) {
            int other = i + random.below(count - i);
            int kept = all[i];
            all[i] = all[other];
            all[other] = kept;
        }
        return Arrays.copyOf(all, batch);
    }

    private static INDArray rows(INDArray all, int[] some) {
        return Nd4j.concat(
                0, Arrays.stream(some).mapToObj(i -> row(all, i)).toArray(INDArray[]::new));
    }

    private static INDArray row(INDArray all, int i) {
        long[] shape = all.shape().clone();
        shape[0] = 1;
        return all.slice(i).reshape(shape);
    }

    private StageResult score(EmojiData.Split data, ClipTextLatents texts) throws IOException {
        BiDiffuser model = BiDiffuser.load(folder.model(DiffusionVariant.BIDIFFUSER.stage()));
        NearestPictures known = new NearestPictures(data.training().pictures());
        double[] unseen = known.of(data.heldOut().pictures()).distances();
        StageResult result =
                StageResult.create()
                        .metric("training emoji", data.training().count())
                        .metric("held-out emoji", data.heldOut().count())
                        .metric("real " + HELD_OUT, Arrays.stream(unseen).average().orElseThrow());
        double copy = Arrays.stream(unseen).min().orElseThrow();
        draw(TRAINING, data.training(), data.training(), known, copy, model, texts, result);
        draw(HELD_OUT, data.heldOut(), data.training(), known, copy, model, texts, result);
        return result;
    }

    private void draw(
            String which,
            EmojiData asked,
            EmojiData learned,
            NearestPictures known,
            double copy,
            BiDiffuser model,
            ClipTextLatents texts,
            StageResult result)
            throws IOException {
        int count = Math.min(settings.shown(), asked.count());
        List<String> names = asked.names().subList(0, count);
        INDArray drawn = drawn(model, texts.states(names));
        NearestPictures.Nearest nearest = known.of(drawn);
        DiffusionScore.save(folder, which + "-drawn", drawn);
        DiffusionScore.save(
                folder, which + "-nearest", rows(learned.pictures(), nearest.indices()));
        result.metric("drawn " + which, Arrays.stream(nearest.distances()).average().orElseThrow())
                .metric(
                        "copies " + which,
                        Arrays.stream(nearest.distances()).filter(d -> d < copy).count()
                                / (double) count)
                .texts(which + " names", names)
                .texts(
                        which + " nearest",
                        Arrays.stream(nearest.indices()).mapToObj(learned.names()::get).toList());
    }

    private INDArray drawn(BiDiffuser model, INDArray states) {
        DiffusionSettings own = settings.diffusion();
        INDArray[] parts = new INDArray[(int) ((states.size(0) + BATCH - 1) / BATCH)];
        for (int p = 0; p < parts.length; p++) {
            int first = p * BATCH;
            int last = (int) Math.min(first + BATCH, states.size(0));
            INDArray some = rows(states, IntStream.range(first, last).toArray());
            parts[p] =
                    space.decode(
                            model.textToImage(
                                            some,
                                            own.sampling(own.imageGuidance(), DRAW_SEED + first))
                                    .latent());
        }
        return Nd4j.concat(0, parts);
    }
}
