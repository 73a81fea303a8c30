package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;

/**
 * Which scenes there are. By default all: 6 colors x 4 shapes, of which 240 scenes with one thing
 * (2 sizes, 5 places), 72 with two to four alike, and 720 with two things, left and right or above
 * and below: 1032 descriptions.
 *
 * <pre>{@code
 * SceneWorld small = new SceneWorld.Builder()
 *         .colors(SceneColor.RED, SceneColor.GREEN, SceneColor.BLUE)
 *         .shapes(SceneShape.CIRCLE, SceneShape.SQUARE)
 *         .kinds(SceneKind.PLACED)
 *         .build();
 * }</pre>
 */
public final class SceneWorld {

    private final List<SceneDescription> descriptions;

    private SceneWorld(Builder builder) {
        List<SceneDescription> all = new ArrayList<>();
        List<SceneItem> items = new ArrayList<>();
        builder.colors.forEach(
                color -> builder.shapes.forEach(shape -> items.add(new SceneItem(color, shape))));
        if (builder.kinds.contains(SceneKind.PLACED)) {
            items.forEach(item -> placed(item, all));
        }
        for (int count = 2;
                builder.kinds.contains(SceneKind.COUNTED) && count <= builder.maxCount;
                count++) {
            for (SceneItem item : items) {
                all.add(new Counted(count, item));
            }
        }
        if (builder.kinds.contains(SceneKind.RELATED)) {
            items.forEach(item -> related(item, items, all));
        }
        descriptions = List.copyOf(all);
    }

    private static void placed(SceneItem item, List<SceneDescription> all) {
        for (SceneSize size : SceneSize.values()) {
            for (ScenePlace place : ScenePlace.values()) {
                all.add(new Placed(size, item, place));
            }
        }
    }

    private static void related(
            SceneItem first, List<SceneItem> items, List<SceneDescription> all) {
        for (SceneItem second : items) {
            if (first.color() != second.color() && first.shape() != second.shape()) {
                all.add(new Related(first, SceneRelation.LEFT_OF, second));
                all.add(new Related(first, SceneRelation.ABOVE, second));
            }
        }
    }

    /** All scenes of the default settings. */
    public static SceneWorld full() {
        return new Builder().build();
    }

    /** Every description once, in an order that depends on the settings alone. */
    public List<SceneDescription> descriptions() {
        return descriptions;
    }

    /**
     * The words of all captions, questions and answers, sorted; {@code ?} is none of them.
     *
     * @return words in small letters
     */
    public SortedSet<String> vocabulary() {
        SortedSet<String> words = new TreeSet<>();
        for (SceneDescription description : descriptions) {
            SceneCaptions.captions(description).forEach(caption -> add(caption, words));
        }
        new SceneQuestions(descriptions)
                .texts()
                .forEach(
                        question -> {
                            add(question.question(), words);
                            add(question.answer(), words);
                        });
        return words;
    }

    private static void add(String text, Collection<String> words) {
        words.addAll(List.of(SceneWords.plain(text).split(" ")));
    }

    /** Settings of a {@link SceneWorld}. */
    public static final class Builder {
        private List<SceneColor> colors = List.of(SceneColor.values());
        private List<SceneShape> shapes = List.of(SceneShape.values());
        private Set<SceneKind> kinds = Set.of(SceneKind.values());
        private int maxCount = 4;

        /** Colors of things, by default all. */
        public Builder colors(SceneColor... colors) {
            this.colors = List.of(colors);
            return this;
        }

        /** Shapes of things, by default all. */
        public Builder shapes(SceneShape... shapes) {
            this.shapes = List.of(shapes);
            return this;
        }

        /** Kinds of scenes, by default all. */
        public Builder kinds(SceneKind... kinds) {
            this.kinds = Set.of(kinds);
            return this;
        }

        /** Most things that are alike, 2 to 6, default 4. */
        public Builder maxCount(int maxCount) {
            this.maxCount = maxCount;
            return this;
        }

        /**
         * The world.
         *
         * @throws IllegalArgumentException naming the setting that is wrong
         */
        public SceneWorld build() {
            distinct("colors", colors);
            distinct("shapes", shapes);
            Ensure.that(!kinds.isEmpty(), "kinds", "none", "at least one");
            Ensure.that(
                    maxCount >= 2 && maxCount <= Counted.MOST,
                    "maxCount",
                    maxCount,
                    "from 2 to " + Counted.MOST);
            Ensure.that(
                    !kinds.contains(SceneKind.RELATED) || colors.size() > 1 && shapes.size() > 1,
                    "colors and shapes",
                    colors.size() + " and " + shapes.size(),
                    "2 or more each for scenes of two things");
            return new SceneWorld(this);
        }

        private static void distinct(String name, List<?> values) {
            Ensure.that(
                    !values.isEmpty() && Set.copyOf(values).size() == values.size(),
                    name,
                    values,
                    "at least one, each once");
        }
    }
}
