package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;
import org.junit.jupiter.api.Test;

class SceneCaptionsTest {

    private static final SceneItem RED_CIRCLE = new SceneItem(SceneColor.RED, SceneShape.CIRCLE);
    private static final SceneItem BLUE_CROSS = new SceneItem(SceneColor.BLUE, SceneShape.CROSS);

    @Test
    void sentencesOfEachKind() {
        assertEquals(
                List.of(
                        "a small red circle in the top left",
                        "there is a small red circle in the top left",
                        "in the top left is a small red circle"),
                SceneCaptions.captions(
                        new Placed(SceneSize.SMALL, RED_CIRCLE, ScenePlace.TOP_LEFT)));
        assertEquals("three blue crosses", SceneCaptions.caption(new Counted(3, BLUE_CROSS)));
        assertEquals(
                List.of(
                        "a red circle above a blue cross",
                        "a blue cross below a red circle",
                        "there is a red circle above a blue cross",
                        "there is a blue cross below a red circle",
                        "a picture of a red circle above a blue cross",
                        "a picture of a blue cross below a red circle"),
                SceneCaptions.captions(new Related(RED_CIRCLE, SceneRelation.ABOVE, BLUE_CROSS)));
    }

    @Test
    void everySentenceMeansExactlyItsDescription() {
        Map<String, SceneDescription> meanings = new HashMap<>();
        SceneWorld world = new SceneWorld.Builder().maxCount(6).build();
        for (SceneDescription description : world.descriptions()) {
            for (String caption : SceneCaptions.captions(description)) {
                assertEquals(Optional.of(description), SceneCaptions.parse(caption), caption);
                assertEquals(null, meanings.put(caption, description), caption);
            }
        }
        assertEquals(240 * 3 + 24 * 5 * 3 + 720 * 6, meanings.size());
    }

    @Test
    void caseAndPunctuationDoNotMatterWordsDo() {
        Placed placed = new Placed(SceneSize.LARGE, BLUE_CROSS, ScenePlace.CENTER);
        assertEquals(
                Optional.of(placed),
                SceneCaptions.parse("  There is a LARGE blue cross, in the center. "));
        for (String wrong :
                List.of(
                        "",
                        "a blue cross",
                        "a large blue cross in the",
                        "a large blue cross in the center left",
                        "a large blue blue cross in the center",
                        "a large pink cross in the center",
                        "one red circle",
                        "three red circle",
                        "a red circle left of a red square",
                        "a red circle beside a blue cross",
                        "a large blue cross in the center three red circles")) {
            assertEquals(Optional.empty(), SceneCaptions.parse(wrong), wrong);
        }
    }

    @Test
    void inverseRelationsAreTheSameDescription() {
        Related above = new Related(RED_CIRCLE, SceneRelation.ABOVE, BLUE_CROSS);
        assertEquals(above, new Related(BLUE_CROSS, SceneRelation.BELOW, RED_CIRCLE));
        assertNotEquals(above, new Related(RED_CIRCLE, SceneRelation.BELOW, BLUE_CROSS));
        assertEquals(
                "{relation=above, first color=red, first shape=circle, second color=blue, second"
                        + " shape=cross}",
                above.attributes().toString());
    }

    @Test
    void impossibleDescriptionsAreRefused() {
        IllegalArgumentException alike =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new Related(
                                        RED_CIRCLE,
                                        SceneRelation.ABOVE,
                                        new SceneItem(SceneColor.RED, SceneShape.CROSS)));
        assertEquals(
                "second must be of another color and shape than the first, red circle, got red"
                        + " cross",
                alike.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Counted(1, RED_CIRCLE));
        assertThrows(IllegalArgumentException.class, () -> new Counted(7, RED_CIRCLE));
    }
}
