package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;

/**
 * Descriptions as sentences, and sentences back as descriptions: {@code parse(caption)} is what the
 * caption was made of, so that a generated caption can be judged attribute by attribute.
 */
public final class SceneCaptions {

    private static final String COLOR = SceneWords.either(SceneColor.values(), SceneColor::word);
    private static final String SHAPE = SceneWords.either(SceneShape.values(), SceneShape::word);
    private static final String ITEM = "a " + COLOR + " " + SHAPE;
    private static final String SIZED =
            "a "
                    + SceneWords.either(SceneSize.values(), SceneSize::word)
                    + " "
                    + COLOR
                    + " "
                    + SHAPE;
    private static final String PLACE =
            "in the " + SceneWords.either(ScenePlace.values(), ScenePlace::words);
    private static final String START = "(?:there is |there are |a picture of )?";

    private static final Pattern PLACED = Pattern.compile(START + SIZED + " " + PLACE);
    private static final Pattern PLACE_FIRST = Pattern.compile(PLACE + " (?:there )?is " + SIZED);
    private static final Pattern COUNTED =
            Pattern.compile(
                    START
                            + "(two|three|four|five|six) "
                            + COLOR
                            + " "
                            + SceneWords.either(SceneShape.values(), SceneShape::plural));
    private static final Pattern RELATED =
            Pattern.compile(
                    START
                            + ITEM
                            + " (?:is )?"
                            + SceneWords.either(SceneRelation.values(), SceneRelation::words)
                            + " "
                            + ITEM);

    private SceneCaptions() {}

    /**
     * The shortest sentence: "a small red circle in the top left", "three red circles", "a red
     * circle left of a blue square".
     *
     * @return small letters without punctuation
     */
    public static String caption(SceneDescription description) {
        return captions(description).get(0);
    }

    /**
     * All sentences that mean the description.
     *
     * @return 3 sentences, 6 for a relation; the shortest first
     */
    public static List<String> captions(SceneDescription description) {
        if (description instanceof Placed placed) {
            String item = "a " + placed.size().word() + " " + placed.item().words();
            String place = "in the " + placed.place().words();
            return List.of(
                    item + " " + place, "there is " + item + " " + place, place + " is " + item);
        }
        if (description instanceof Counted counted) {
            String items =
                    SceneWords.number(counted.count())
                            + " "
                            + counted.item().color().word()
                            + " "
                            + counted.item().shape().plural();
            return List.of(items, "there are " + items, "a picture of " + items);
        }
        Related related = (Related) description;
        List<String> captions = new ArrayList<>();
        String there = relation(related.first(), related.relation(), related.second());
        String back = relation(related.second(), related.relation().inverse(), related.first());
        for (String start : List.of("", "there is ", "a picture of ")) {
            captions.add(start + there);
            captions.add(start + back);
        }
        return List.copyOf(captions);
    }

    private static String relation(SceneItem first, SceneRelation relation, SceneItem second) {
        return "a " + first.words() + " " + relation.words() + " a " + second.words();
    }

    /**
     * What a sentence means.
     *
     * @param caption in any case, with any punctuation
     * @return empty if it is not one of the sentences that {@link #captions} makes, or means a
     *     scene that cannot be
     */
    public static Optional<SceneDescription> parse(String caption) {
        String text = SceneWords.plain(caption);
        Matcher placed = PLACED.matcher(text);
        if (placed.matches()) {
            return Optional.of(
                    new Placed(size(placed.group(1)), item(placed, 2), place(placed.group(4))));
        }
        Matcher placeFirst = PLACE_FIRST.matcher(text);
        if (placeFirst.matches()) {
            return Optional.of(
                    new Placed(
                            size(placeFirst.group(2)),
                            item(placeFirst, 3),
                            place(placeFirst.group(1))));
        }
        Matcher counted = COUNTED.matcher(text);
        if (counted.matches()) {
            return Optional.of(
                    new Counted(
                            SceneWords.number(counted.group(1)),
                            new SceneItem(
                                    color(counted.group(2)),
                                    SceneWords.value(
                                            SceneShape.class,
                                            SceneShape::plural,
                                            counted.group(3)))));
        }
        Matcher related = RELATED.matcher(text);
        return related.matches() ? related(related) : Optional.empty();
    }

    private static Optional<SceneDescription> related(Matcher match) {
        SceneItem first = item(match, 1);
        SceneItem second = item(match, 4);
        if (first.color() == second.color() || first.shape() == second.shape()) {
            return Optional.empty();
        }
        SceneRelation relation =
                SceneWords.value(SceneRelation.class, SceneRelation::words, match.group(3));
        return Optional.of(new Related(first, relation, second));
    }

    private static SceneItem item(Matcher match, int group) {
        return new SceneItem(
                color(match.group(group)),
                SceneWords.value(SceneShape.class, SceneShape::word, match.group(group + 1)));
    }

    private static SceneColor color(String word) {
        return SceneWords.value(SceneColor.class, SceneColor::word, word);
    }

    private static SceneSize size(String word) {
        return SceneWords.value(SceneSize.class, SceneSize::word, word);
    }

    private static ScenePlace place(String words) {
        return SceneWords.value(ScenePlace.class, ScenePlace::words, words);
    }
}
