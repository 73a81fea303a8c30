package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.junit.jupiter.api.Test;

class AttributeAccuracyTest {

    private static SceneDescription scene(String caption) {
        return SceneCaptions.parse(caption).orElseThrow();
    }

    @Test
    void allAttributesMustBeRight() {
        AttributeAccuracy accuracy = new AttributeAccuracy();
        SceneDescription scene = scene("a small red circle in the top left");
        assertTrue(accuracy.add(scene, "In the top left is a small red circle."));
        assertFalse(accuracy.add(scene, "a large red circle in the top left"));
        assertFalse(accuracy.add(scene, "two red squares"));
        assertFalse(accuracy.add(scene, "a small red circle in"));
        assertFalse(
                accuracy.add(
                        scene("a red circle left of a blue square"),
                        "a blue square left of a red circle"));
        assertTrue(
                accuracy.add(
                        scene("a red circle left of a blue square"),
                        "a blue square right of a red circle"));
        assertEquals(6, accuracy.count());
        assertEquals(2 / 6.0, accuracy.exact(), 1e-12);
        assertEquals(1 / 6.0, accuracy.unreadable(), 1e-12);
        Map<String, Double> parts = accuracy.byAttribute();
        assertEquals(1 / 4.0, parts.get("size"), 1e-12);
        assertEquals(3 / 4.0, parts.get("color"), 1e-12);
        assertEquals(2 / 4.0, parts.get("shape"), 1e-12);
        assertEquals(2 / 4.0, parts.get("place"), 1e-12);
        assertEquals(1, parts.get("relation"), 1e-12);
        assertEquals(1 / 2.0, parts.get("first color"), 1e-12);
        assertTrue(accuracy.toString().startsWith("33.3 % of 6 exact, 16.7 % unreadable"));
    }
}
