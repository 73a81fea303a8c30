package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneWorldTest {

    @Test
    void theFullWorldHasAllCombinationsOnce() {
        List<SceneDescription> all = SceneWorld.full().descriptions();
        assertEquals(6 * 4 * 2 * 5 + 6 * 4 * 3 + 24 * 15 * 2, all.size());
        assertEquals(all.size(), new HashSet<>(all).size());
    }

    @Test
    void smallWorldsHaveSmallVocabularies() {
        SceneWorld world =
                new SceneWorld.Builder()
                        .colors(SceneColor.RED, SceneColor.BLUE)
                        .shapes(SceneShape.CIRCLE)
                        .kinds(SceneKind.COUNTED)
                        .maxCount(3)
                        .build();
        assertEquals(4, world.descriptions().size());
        Set<String> words = world.vocabulary();
        assertTrue(words.containsAll(List.of("red", "circles", "two", "three", "yes", "how")));
        assertFalse(words.contains("square"));
        assertFalse(words.contains("four"));
        assertEquals(46, SceneWorld.full().vocabulary().size());
    }

    @Test
    void wrongSettingsAreNamed() {
        SceneWorld.Builder one = new SceneWorld.Builder().colors(SceneColor.RED);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, one::build);
        assertEquals(
                "colors and shapes must be 2 or more each for scenes of two things, got 1 and 4",
                e.getMessage());
        SceneWorld.Builder twice =
                new SceneWorld.Builder().shapes(SceneShape.CROSS, SceneShape.CROSS);
        assertThrows(IllegalArgumentException.class, twice::build);
        SceneWorld.Builder many = new SceneWorld.Builder().maxCount(7);
        assertThrows(IllegalArgumentException.class, many::build);
        SceneWorld.Builder none = new SceneWorld.Builder().kinds();
        assertThrows(IllegalArgumentException.class, none::build);
    }
}
