package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;
import org.junit.jupiter.api.Test;

class SceneQuestionsTest {

    private static final SceneItem RED_CIRCLE = new SceneItem(SceneColor.RED, SceneShape.CIRCLE);
    private static final SceneItem BLUE_CROSS = new SceneItem(SceneColor.BLUE, SceneShape.CROSS);
    private static final SceneQuestions QUESTIONS =
            new SceneQuestions(SceneWorld.full().descriptions());

    private static Map<String, String> answers(SceneDescription description) {
        return QUESTIONS.about(description).stream()
                .collect(Collectors.toMap(SceneQuestion::question, SceneQuestion::answer));
    }

    @Test
    void oneThing() {
        Map<String, String> answers =
                answers(new Placed(SceneSize.SMALL, RED_CIRCLE, ScenePlace.TOP_LEFT));
        assertEquals("red", answers.get("what color is the circle?"));
        assertEquals("circle", answers.get("what shape is the red thing?"));
        assertEquals("small", answers.get("is the red circle small or large?"));
        assertEquals("top left", answers.get("where is the red circle?"));
        assertEquals("one", answers.get("how many circles are there?"));
        assertEquals("yes", answers.get("is there a red circle?"));
        assertEquals("no", answers.get("is there a red cross?"));
        assertEquals(5 + 24, answers.size());
    }

    @Test
    void severalAlike() {
        Map<String, String> answers = answers(new Counted(3, BLUE_CROSS));
        assertEquals("blue", answers.get("what color are the crosses?"));
        assertEquals("cross", answers.get("what shape are the blue things?"));
        assertEquals("three", answers.get("how many crosses are there?"));
        assertEquals("yes", answers.get("is there a blue cross?"));
        assertEquals("no", answers.get("is there a blue circle?"));
        assertEquals(3 + 24, answers.size());
    }

    @Test
    void twoThings() {
        Map<String, String> answers =
                answers(new Related(RED_CIRCLE, SceneRelation.LEFT_OF, BLUE_CROSS));
        assertEquals("blue", answers.get("what color is the cross?"));
        assertEquals("circle", answers.get("what shape is the red thing?"));
        assertEquals("yes", answers.get("is the red circle left of the blue cross?"));
        assertEquals("yes", answers.get("is the blue cross right of the red circle?"));
        assertEquals("no", answers.get("is the blue cross left of the red circle?"));
        assertEquals("no", answers.get("is the red circle right of the blue cross?"));
        assertEquals("no", answers.get("is the red circle above the blue cross?"));
        assertEquals("no", answers.get("is the blue cross below the red circle?"));
        assertEquals(4 + 8 + 24, answers.size());
    }

    @Test
    void drawnQuestionsAreTrueAndBalanced() {
        SceneGenerator generator = new SceneGenerator(SceneWorld.full().descriptions(), 2);
        Map<SceneQuestion.Kind, Map<String, Integer>> counts = new HashMap<>();
        int draws = 7000;
        for (int number = 0; number < draws; number++) {
            SceneGenerator.AskedScene asked = generator.asked(number);
            SceneQuestion question = asked.question();
            assertTrue(QUESTIONS.about(asked.scene().description()).contains(question));
            counts.computeIfAbsent(question.kind(), k -> new HashMap<>())
                    .merge(question.answer(), 1, Integer::sum);
        }
        assertEquals(7, counts.size());
        counts.forEach(
                (kind, answers) ->
                        answers.forEach(
                                (answer, count) -> {
                                    double expected = draws / 7.0 / answers.size();
                                    assertEquals(expected, count, 5 * Math.sqrt(expected), answer);
                                }));
        assertEquals(4, counts.get(SceneQuestion.Kind.COUNT).size());
    }

    @Test
    void guessingBlindlyIsPoor() {
        double least = (1 / 6.0 + 1 / 4.0 + 1 / 2.0 + 1 / 5.0 + 1 / 4.0 + 1 / 2.0 + 1 / 2.0) / 7;
        double blind = QUESTIONS.blindAccuracy();
        assertTrue(blind >= least - 1e-9, "it was " + blind);
        assertTrue(blind < 0.36, "it was " + blind);
    }

    /** One thing, red or blue, four questions of one: each answer is equally often right. */
    @Test
    void blindAccuracyByHand() {
        List<SceneDescription> two =
                List.of(
                        new Placed(SceneSize.SMALL, RED_CIRCLE, ScenePlace.CENTER),
                        new Placed(
                                SceneSize.SMALL,
                                new SceneItem(SceneColor.BLUE, SceneShape.CIRCLE),
                                ScenePlace.CENTER));
        SceneQuestions questions = new SceneQuestions(two);
        // Left are color ("red" or "blue": 1/2) and existence (each "yes" once, "no" once: 1/2).
        assertEquals(
                List.of(SceneQuestion.Kind.COLOR, SceneQuestion.Kind.EXISTENCE),
                questions.texts().stream().map(SceneQuestion::kind).distinct().sorted().toList());
        assertEquals(0.5, questions.blindAccuracy(), 1e-12);
        SceneQuestions uneven =
                new SceneQuestions(
                        List.of(
                                new Counted(2, RED_CIRCLE),
                                new Placed(SceneSize.SMALL, RED_CIRCLE, ScenePlace.CENTER)));
        assertEquals(0.5, uneven.blindAccuracy(), 1e-12);
        SceneQuestions single = new SceneQuestions(two.subList(0, 1));
        assertThrows(IllegalStateException.class, () -> single.sample(Seeds.generator(1, 1, 1)));
    }
}
