package org.dl4jplugins.examples.draw;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.multimodal.arbiter.AttributeScore;
import org.dl4jplugins.multimodal.arbiter.BiDiffuserTaskCreator;
import org.dl4jplugins.multimodal.arbiter.DrawingScore;
import org.dl4jplugins.multimodal.arbiter.FidScore;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.ScenePainter;
import org.dl4jplugins.multimodal.data.SceneSplit;
import org.dl4jplugins.multimodal.data.SceneWorld;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Drawing scenes that no training shows. A half of the held-out scenes serves the search, the other
 * one is left for the best candidate.
 */
final class DrawTask {
    private static final double HELD_OUT = 0.3;
    private static final long JUDGE_SEED = 99;
    private static final long REAL_SEED = 98;

    private final DrawSettings settings;
    private final long seed;
    private final SceneSplit split;
    private final CaptionVectors captions;
    private final ScenePainter painter;
    private final LatentSpace latents = new IdentityLatent();
    private final SceneRecognizer judge;

    DrawTask(DrawSettings settings, long seed) {
        this.settings = settings;
        this.seed = seed;
        SceneWorld world = DrawSettings.world();
        split = SceneSplit.ofDescriptions(world, HELD_OUT, seed);
        captions = new CaptionVectors(world.descriptions());
        painter = new ScenePainter(settings.side(), settings.side());
        judge = new SceneRecognizer(settings.side(), settings.side(), seed);
        judge.train(
                new SceneGenerator(world.descriptions(), JUDGE_SEED),
                settings.judgeSteps(),
                settings.batch(),
                step -> {});
    }

    /** Everything about candidates that is not searched. */
    BiDiffuserTaskCreator creator() {
        UViTConfig config =
                new UViTConfig.Builder()
                        .image(3, settings.side(), settings.side())
                        .patch(settings.patch())
                        .text(captions.tokens(), CaptionVectors.WIDTH)
                        .dataTypes(0)
                        .build();
        return new BiDiffuserTaskCreator.Builder(config, this::training)
                .network(conf -> conf.seed(seed))
                .objective(o -> o.prediction(Prediction.X0).conditionDropout(0.1).shared(true))
                .training(trainer -> trainer.steps(settings.trainingSteps()).clip(1).seed(seed))
                .average(0.99)
                .sampling(way -> way.seed(seed).limit(1))
                .build();
    }

    private TrainingData training() {
        SceneGenerator generator = new SceneGenerator(split.training(), seed);
        int batch = settings.batch();
        return step -> {
            List<Scene> scenes =
                    LongStream.range(step * batch, (step + 1) * batch)
                            .mapToObj(generator::scene)
                            .toList();
            List<SceneDescription> shown = scenes.stream().map(Scene::description).toList();
            return new MultiDataSet(
                    new INDArray[] {latents.encode(painter.array(scenes)), captions.of(shown)},
                    null);
        };
    }

    /** Frechet distance in the judge's features, of the search's scenes. */
    DrawingScore fid() {
        SceneGenerator generator = new SceneGenerator(split.heldOut(), REAL_SEED);
        List<SceneDescription> wanted = wanted(0);
        List<Scene> real =
                IntStream.range(0, wanted.size())
                        .mapToObj(i -> generator.scene(wanted.get(i), i))
                        .toList();
        return new FidScore(judge.features(), painter.array(real), captions.of(wanted), latents);
    }

    /** What the judge sees, of the search's scenes. */
    DrawingScore attributes() {
        return attributes(0);
    }

    /** What the judge sees, of the other scenes. */
    DrawingScore attributesOfOthers() {
        return attributes(1);
    }

    /** Writes a model with its judge and the captions and latents of the other scenes. */
    void save(BiDiffuser model, Path folder) throws IOException {
        model.save(folder);
        judge.save(folder.resolve("judge.zip"));
        List<SceneDescription> others = wanted(1);
        String lines =
                others.stream().map(SceneCaptions::caption).collect(Collectors.joining("\n"));
        SafeTensorsWriter.write(
                folder.resolve("texts.safetensors"),
                Map.of("texts", captions.of(others)),
                Map.of("captions", lines));
    }

    private DrawingScore attributes(int half) {
        List<SceneDescription> wanted = wanted(half);
        return new AttributeScore(judge, wanted, captions.of(wanted), latents);
    }

    /** Every other held-out scene, over and over. */
    private List<SceneDescription> wanted(int half) {
        List<SceneDescription> all = split.heldOut();
        List<SceneDescription> some = new ArrayList<>();
        for (int i = half; i < all.size(); i += 2) {
            some.add(all.get(i));
        }
        return IntStream.range(0, settings.drawn())
                .mapToObj(i -> some.get(i % some.size()))
                .toList();
    }
}
