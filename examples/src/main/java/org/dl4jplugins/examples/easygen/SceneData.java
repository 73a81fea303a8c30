package org.dl4jplugins.examples.easygen;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.ScenePainter;
import org.dl4jplugins.multimodal.data.SceneShape;
import org.dl4jplugins.multimodal.data.SceneSplit;
import org.dl4jplugins.multimodal.data.SceneWorld;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The scenes of an experiment: training and held-out descriptions, pictures, words. */
final class SceneData {

    /** Numbers of scenes from which on they are for tests. */
    static final long TEST = 1L << 40;

    /** Numbers of scenes from which on they are for the language model. */
    static final long TUNING = 1L << 30;

    private static final long SPLIT_SEED = 1;
    private static final long TRAINING_SEED = 1;
    private static final long HELD_OUT_SEED = 2;

    private final WorldSettings settings;
    private final SceneWorld world;
    private final SceneSplit split;
    private final SceneGenerator training;
    private final SceneGenerator heldOut;
    private final ScenePainter painter;

    SceneData(WorldSettings settings) {
        this.settings = settings;
        world =
                new SceneWorld.Builder()
                        .colors(Arrays.copyOf(SceneColor.values(), settings.colors()))
                        .shapes(Arrays.copyOf(SceneShape.values(), settings.shapes()))
                        .maxCount(settings.maxCount())
                        .build();
        split = SceneSplit.ofDescriptions(world, settings.heldOut(), SPLIT_SEED);
        training = generator(split.training(), TRAINING_SEED);
        heldOut = generator(split.heldOut(), HELD_OUT_SEED);
        painter = new ScenePainter(settings.side(), settings.side());
    }

    SceneWorld world() {
        return world;
    }

    SceneSplit split() {
        return split;
    }

    SceneGenerator training() {
        return training;
    }

    SceneGenerator heldOut() {
        return heldOut;
    }

    int side() {
        return settings.side();
    }

    /** Scenes of some descriptions. */
    SceneGenerator generator(Collection<SceneDescription> shown, long seed) {
        return new SceneGenerator(shown, seed, settings.arrangement());
    }

    /** A tokenizer of the world's words, for texts as they are. */
    HfTokenizer tokenizer() {
        return WordTokenizer.of(world.vocabulary(), List.of(), false);
    }

    /** Consecutive scenes of a generator. */
    static List<Scene> scenes(SceneGenerator generator, long first, int count) {
        return LongStream.range(first, first + count).mapToObj(generator::scene).toList();
    }

    /** Captions of consecutive scenes. */
    List<String> captions(SceneGenerator generator, long first, int count) {
        return LongStream.range(first, first + count)
                .mapToObj(
                        n ->
                                settings.paraphrases()
                                        ? generator.caption(n)
                                        : SceneCaptions.caption(generator.scene(n).description()))
                .toList();
    }

    /** Every way to word a description. */
    List<String> wordings(SceneDescription description) {
        return settings.paraphrases()
                ? SceneCaptions.captions(description)
                : List.of(SceneCaptions.caption(description));
    }

    /** [scenes, 3, side, side] in [-1, 1]. */
    INDArray pictures(List<Scene> scenes) {
        return painter.array(scenes);
    }

    static List<SceneDescription> descriptions(List<Scene> scenes) {
        return scenes.stream().map(Scene::description).toList();
    }
}
