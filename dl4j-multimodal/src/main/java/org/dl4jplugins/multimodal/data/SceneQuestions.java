package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.math3.random.RandomGenerator;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;

/**
 * Questions about scenes, drawn so that the question alone gives little away: first what is asked
 * for, then the answer, each value equally often, then a scene for which that is the answer. {@link
 * #blindAccuracy()} says how much remains for a guesser who never looks.
 */
public final class SceneQuestions {

    /**
     * A question and what it is about.
     *
     * @param description of the scene
     * @param question about it
     */
    public record Asked(SceneDescription description, SceneQuestion question) {}

    private final List<SceneItem> items;

    /** By what is asked for and by answer, in a fixed order. */
    private final Map<SceneQuestion.Kind, TreeMap<String, List<Asked>>> asked =
            new EnumMap<>(SceneQuestion.Kind.class);

    /**
     * @param descriptions the scenes to ask about; things that occur in none of them are not asked
     *     for, nor is what would always have the same answer
     */
    public SceneQuestions(Collection<SceneDescription> descriptions) {
        Ensure.that(!descriptions.isEmpty(), "descriptions", "none", "at least one");
        Set<SceneItem> shown = new LinkedHashSet<>();
        descriptions.forEach(description -> shown.addAll(description.items()));
        items = List.copyOf(shown);
        for (SceneDescription description : descriptions) {
            for (SceneQuestion question : about(description)) {
                asked.computeIfAbsent(question.kind(), k -> new TreeMap<>())
                        .computeIfAbsent(question.answer(), a -> new ArrayList<>())
                        .add(new Asked(description, question));
            }
        }
        asked.values().removeIf(answers -> answers.size() < 2);
    }

    /** Every question that can be asked about a scene, with the right answer. */
    public List<SceneQuestion> about(SceneDescription description) {
        List<SceneQuestion> questions = new ArrayList<>();
        if (description instanceof Placed placed) {
            SceneItem item = placed.item();
            questions.addAll(colorAndShape(item));
            questions.add(count(item, 1));
            String thing = "the " + item.words();
            add(questions, SceneQuestion.Kind.SIZE, size(thing), placed.size().word());
            add(questions, SceneQuestion.Kind.PLACE, "where is " + thing, placed.place().words());
        } else if (description instanceof Counted counted) {
            String shapes = counted.item().shape().plural();
            String color = counted.item().color().word();
            add(questions, SceneQuestion.Kind.COLOR, "what color are the " + shapes, color);
            add(
                    questions,
                    SceneQuestion.Kind.SHAPE,
                    "what shape are the " + color + " things",
                    counted.item().shape().word());
            questions.add(count(counted.item(), counted.count()));
        } else {
            questions.addAll(relations((Related) description));
        }
        for (SceneItem item : items) {
            add(
                    questions,
                    SceneQuestion.Kind.EXISTENCE,
                    "is there a " + item.words(),
                    description.items().contains(item) ? "yes" : "no");
        }
        return questions;
    }

    private static String size(String thing) {
        return "is " + thing + " " + SceneSize.SMALL.word() + " or " + SceneSize.LARGE.word();
    }

    private static List<SceneQuestion> colorAndShape(SceneItem item) {
        List<SceneQuestion> questions = new ArrayList<>();
        String color = item.color().word();
        String shape = item.shape().word();
        add(questions, SceneQuestion.Kind.COLOR, "what color is the " + shape, color);
        add(questions, SceneQuestion.Kind.SHAPE, "what shape is the " + color + " thing", shape);
        return questions;
    }

    private static SceneQuestion count(SceneItem item, int count) {
        return new SceneQuestion(
                SceneQuestion.Kind.COUNT,
                "how many " + item.shape().plural() + " are there?",
                SceneWords.number(count));
    }

    private static List<SceneQuestion> relations(Related related) {
        List<SceneQuestion> questions = new ArrayList<>();
        questions.addAll(colorAndShape(related.first()));
        questions.addAll(colorAndShape(related.second()));
        for (SceneRelation relation : SceneRelation.values()) {
            for (boolean turned : new boolean[] {false, true}) {
                SceneItem first = turned ? related.second() : related.first();
                SceneItem second = turned ? related.first() : related.second();
                boolean holds = new Related(first, relation, second).equals(related);
                add(
                        questions,
                        SceneQuestion.Kind.RELATION,
                        "is the "
                                + first.words()
                                + " "
                                + relation.words()
                                + " the "
                                + second.words(),
                        holds ? "yes" : "no");
            }
        }
        return questions;
    }

    private static void add(
            List<SceneQuestion> questions, SceneQuestion.Kind kind, String text, String answer) {
        questions.add(new SceneQuestion(kind, text + "?", answer));
    }

    /** The questions that {@link #sample} can draw, each with each of its answers once. */
    public Set<SceneQuestion> texts() {
        Set<SceneQuestion> texts = new LinkedHashSet<>();
        asked.values()
                .forEach(
                        answers ->
                                answers.values()
                                        .forEach(
                                                list ->
                                                        list.forEach(
                                                                a -> texts.add(a.question()))));
        return texts;
    }

    /**
     * Draws what is asked for, then the answer, then scene and question.
     *
     * @throws IllegalStateException if the descriptions differ in nothing that can be asked for
     */
    public Asked sample(RandomGenerator random) {
        if (asked.isEmpty()) {
            throw new IllegalStateException(
                    "All questions about these descriptions have one answer: more are needed");
        }
        List<TreeMap<String, List<Asked>>> kinds = List.copyOf(asked.values());
        List<List<Asked>> answers = List.copyOf(Seeds.choose(kinds, random).values());
        return Seeds.choose(Seeds.choose(answers, random), random);
    }

    /**
     * How often the best guesser is right who sees questions of {@link #sample} but no pictures:
     * who knows for each question its most frequent answer.
     *
     * @return expected accuracy, 0 to 1
     */
    public double blindAccuracy() {
        Map<String, Map<String, Double>> chances = new HashMap<>();
        for (TreeMap<String, List<Asked>> answers : asked.values()) {
            for (List<Asked> list : answers.values()) {
                double chance = 1.0 / asked.size() / answers.size() / list.size();
                for (Asked one : list) {
                    chances.computeIfAbsent(one.question().question(), q -> new HashMap<>())
                            .merge(one.question().answer(), chance, Double::sum);
                }
            }
        }
        return chances.values().stream()
                .mapToDouble(
                        answers ->
                                answers.values().stream()
                                        .mapToDouble(Double::doubleValue)
                                        .max()
                                        .orElseThrow())
                .sum();
    }
}
