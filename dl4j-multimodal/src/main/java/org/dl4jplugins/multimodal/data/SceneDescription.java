package org.dl4jplugins.multimodal.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a scene shows, as far as a caption says it: two pictures of one description differ in exact
 * positions alone. Two descriptions are equal exactly if they mean the same.
 */
public sealed interface SceneDescription {

    /** The kinds of things shown, each once. */
    List<SceneItem> items();

    /**
     * Everything that can be right or wrong, by name and in a fixed order.
     *
     * @return names such as {@code color} and words as in captions
     */
    Map<String, String> attributes();

    /**
     * One thing, its size and its place.
     *
     * @param size of the thing
     * @param item the thing
     * @param place where it is
     */
    record Placed(SceneSize size, SceneItem item, ScenePlace place) implements SceneDescription {

        /** Checks that nothing is null. */
        public Placed {
            Objects.requireNonNull(size, "size");
            Objects.requireNonNull(item, "item");
            Objects.requireNonNull(place, "place");
        }

        @Override
        public List<SceneItem> items() {
            return List.of(item);
        }

        /** {@code size}, {@code color}, {@code shape}, {@code place}. */
        @Override
        public Map<String, String> attributes() {
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("size", size.word());
            attributes.put("color", item.color().word());
            attributes.put("shape", item.shape().word());
            attributes.put("place", place.words());
            return attributes;
        }
    }

    /**
     * Several things that are alike.
     *
     * @param count how many, 2 to 6
     * @param item what each of them is
     */
    record Counted(int count, SceneItem item) implements SceneDescription {

        /** Most things in a scene. */
        public static final int MOST = 6;

        /** Checks the count. */
        public Counted {
            Ensure.that(count >= 2 && count <= MOST, "count", count, "from 2 to " + MOST);
            Objects.requireNonNull(item, "item");
        }

        @Override
        public List<SceneItem> items() {
            return List.of(item);
        }

        /** {@code count}, {@code color}, {@code shape}. */
        @Override
        public Map<String, String> attributes() {
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("count", SceneWords.number(count));
            attributes.put("color", item.color().word());
            attributes.put("shape", item.shape().word());
            return attributes;
        }
    }

    /**
     * Two things of different color and shape. "A right of B" is stored as "B left of A", "A below
     * B" as "B above A".
     *
     * @param first the left or upper one
     * @param relation {@link SceneRelation#LEFT_OF} or {@link SceneRelation#ABOVE}
     * @param second the right or lower one
     */
    record Related(SceneItem first, SceneRelation relation, SceneItem second)
            implements SceneDescription {

        /**
         * Brings the relation into the form that is stored.
         *
         * @throws IllegalArgumentException if the things share color or shape
         */
        public Related {
            Ensure.that(
                    first.color() != second.color() && first.shape() != second.shape(),
                    "second",
                    second.words(),
                    "of another color and shape than the first, " + first.words());
            if (relation == SceneRelation.RIGHT_OF || relation == SceneRelation.BELOW) {
                SceneItem swapped = first;
                first = second;
                second = swapped;
                relation = relation.inverse();
            }
        }

        @Override
        public List<SceneItem> items() {
            return List.of(first, second);
        }

        /**
         * {@code relation}, and color and shape of both: {@code first color}, {@code first shape},
         * {@code second color}, {@code second shape}.
         */
        @Override
        public Map<String, String> attributes() {
            Map<String, String> attributes = new LinkedHashMap<>();
            attributes.put("relation", relation.words());
            attributes.put("first color", first.color().word());
            attributes.put("first shape", first.shape().word());
            attributes.put("second color", second.color().word());
            attributes.put("second shape", second.shape().word());
            return attributes;
        }
    }
}
