package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.math3.random.RandomGenerator;

/**
 * Endless scenes, captions and questions from a seed. Scene number n is the same whenever it is
 * asked for, so that training can be repeated and resumed; different numbers and different seeds
 * are independent.
 *
 * <pre>{@code
 * SceneSplit split = SceneSplit.ofDescriptions(SceneWorld.full(), 0.15, 1);
 * SceneGenerator training = new SceneGenerator(split.training(), 1);
 * Scene scene = training.scene(0);
 * BufferedImage picture = new ScenePainter(32, 32).paint(scene);
 * String caption = training.caption(0);
 * }</pre>
 */
public final class SceneGenerator {
    private static final int DESCRIPTION_STREAM = 1;
    private static final int LAYOUT_STREAM = 2;
    private static final int CAPTION_STREAM = 3;
    private static final int QUESTION_STREAM = 4;

    private final List<List<SceneDescription>> byKind;
    private final SceneQuestions questions;
    private final long seed;
    private final SceneArrangement arrangement;

    /**
     * A scene and a question about it.
     *
     * @param scene to look at
     * @param question about it
     */
    public record AskedScene(Scene scene, SceneQuestion question) {}

    /**
     * @param descriptions what may be shown, such as the training part of a {@link SceneSplit}
     * @param seed decides everything that is random
     */
    public SceneGenerator(Collection<SceneDescription> descriptions, long seed) {
        this(descriptions, seed, SceneArrangement.SCATTERED);
    }

    /**
     * @param descriptions what may be shown
     * @param seed decides everything that is random
     * @param arrangement how freely things are placed, by default {@code SCATTERED}
     */
    public SceneGenerator(
            Collection<SceneDescription> descriptions, long seed, SceneArrangement arrangement) {
        Ensure.that(!descriptions.isEmpty(), "descriptions", "none", "at least one");
        Map<SceneKind, List<SceneDescription>> kinds = new EnumMap<>(SceneKind.class);
        descriptions.forEach(
                d -> kinds.computeIfAbsent(SceneKind.of(d), k -> new ArrayList<>()).add(d));
        byKind = List.copyOf(kinds.values());
        questions = new SceneQuestions(descriptions);
        this.seed = seed;
        this.arrangement = Objects.requireNonNull(arrangement, "arrangement");
    }

    /**
     * A scene: each kind equally often, each description of a kind equally often.
     *
     * @param number any
     */
    public Scene scene(long number) {
        RandomGenerator random = Seeds.generator(seed, DESCRIPTION_STREAM, number);
        return scene(Seeds.choose(Seeds.choose(byKind, random), random), number);
    }

    /**
     * A scene of a given description, also one that {@link #scene(long)} never shows.
     *
     * @param number any; decides the exact places
     */
    public Scene scene(SceneDescription description, long number) {
        return arrangement.place(description, Seeds.generator(seed, LAYOUT_STREAM, number));
    }

    /** One of the captions of {@code scene(number)}, each equally often. */
    public String caption(long number) {
        return Seeds.choose(
                SceneCaptions.captions(scene(number).description()),
                Seeds.generator(seed, CAPTION_STREAM, number));
    }

    /**
     * A question and a scene drawn for it, balanced as {@link SceneQuestions} says; the scene is
     * not {@code scene(number)}.
     *
     * @param number any
     */
    public AskedScene asked(long number) {
        RandomGenerator random = Seeds.generator(seed, QUESTION_STREAM, number);
        SceneQuestions.Asked asked = questions.sample(random);
        return new AskedScene(arrangement.place(asked.description(), random), asked.question());
    }

    /** The questions about these scenes. */
    public SceneQuestions questions() {
        return questions;
    }
}
