package org.dl4jplugins.multimodal.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;
import org.dl4jplugins.multimodal.data.SceneItem;
import org.dl4jplugins.multimodal.data.SceneKind;
import org.dl4jplugins.multimodal.data.ScenePlace;
import org.dl4jplugins.multimodal.data.SceneRelation;
import org.dl4jplugins.multimodal.data.SceneShape;
import org.dl4jplugins.multimodal.data.SceneSize;

/**
 * The outputs of a {@link SceneRecognizer}: one classification for each attribute, whose class 0
 * means that scenes of this kind do not have it.
 */
enum SceneHead {
    KIND(SceneKind.values().length, d -> SceneKind.of(d).ordinal()),
    COLOR(SceneColor.values().length, d -> d.items().get(0).color().ordinal()),
    SHAPE(SceneShape.values().length, d -> d.items().get(0).shape().ordinal()),
    OTHER_COLOR(SceneColor.values().length, d -> other(d, i -> i.color().ordinal())),
    OTHER_SHAPE(SceneShape.values().length, d -> other(d, i -> i.shape().ordinal())),
    SIZE(SceneSize.values().length, d -> d instanceof Placed p ? p.size().ordinal() : -1),
    PLACE(ScenePlace.values().length, d -> d instanceof Placed p ? p.place().ordinal() : -1),
    COUNT(Counted.MOST - 1, d -> d instanceof Counted c ? c.count() - 2 : -1),
    RELATION(
            SceneRelation.values().length,
            d -> d instanceof Related r ? r.relation().ordinal() : -1);

    private static final List<SceneHead> ALWAYS = List.of(KIND, COLOR, SHAPE);

    private final int classes;
    private final Function<SceneDescription, Integer> value;

    SceneHead(int values, Function<SceneDescription, Integer> value) {
        classes = values + 1;
        this.value = value;
    }

    private static int other(SceneDescription description, Function<SceneItem, Integer> part) {
        return description instanceof Related related ? part.apply(related.second()) : -1;
    }

    /** Number of classes. */
    int classes() {
        return classes;
    }

    /** The class of a description. */
    int classOf(SceneDescription description) {
        return value.apply(description) + 1;
    }

    /** Name of the output layer. */
    String layer() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The heads that a kind of scene uses. */
    static List<SceneHead> of(SceneKind kind) {
        List<SceneHead> own =
                switch (kind) {
                    case PLACED -> List.of(SIZE, PLACE);
                    case COUNTED -> List.of(COUNT);
                    case RELATED -> List.of(OTHER_COLOR, OTHER_SHAPE, RELATION);
                };
        return Stream.concat(ALWAYS.stream(), own.stream()).toList();
    }

    /**
     * The description of these classes.
     *
     * @param classes by {@link #ordinal()}, none 0 for the heads of the kind
     * @throws IllegalArgumentException if there cannot be such a scene
     */
    static SceneDescription description(int[] classes) {
        int[] v = Arrays.stream(classes).map(c -> c - 1).toArray();
        SceneItem item = item(v[COLOR.ordinal()], v[SHAPE.ordinal()]);
        return switch (SceneKind.values()[v[KIND.ordinal()]]) {
            case PLACED ->
                    new Placed(
                            SceneSize.values()[v[SIZE.ordinal()]],
                            item,
                            ScenePlace.values()[v[PLACE.ordinal()]]);
            case COUNTED -> new Counted(v[COUNT.ordinal()] + 2, item);
            case RELATED ->
                    new Related(
                            item,
                            SceneRelation.values()[v[RELATION.ordinal()]],
                            item(v[OTHER_COLOR.ordinal()], v[OTHER_SHAPE.ordinal()]));
        };
    }

    private static SceneItem item(int color, int shape) {
        return new SceneItem(SceneColor.values()[color], SceneShape.values()[shape]);
    }
}
