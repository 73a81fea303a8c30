package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SceneSplitTest {

    private static Set<String> values(List<SceneDescription> descriptions) {
        return descriptions.stream()
                .flatMap(
                        d -> d.attributes().entrySet().stream().map(a -> SceneKind.of(d) + " " + a))
                .collect(Collectors.toSet());
    }

    private static Set<SceneItem> items(List<SceneDescription> descriptions) {
        return descriptions.stream().flatMap(d -> d.items().stream()).collect(Collectors.toSet());
    }

    @Test
    void descriptionsAreHeldOutByKindAndPartsAreNot() {
        SceneWorld world = SceneWorld.full();
        for (long seed = 0; seed < 5; seed++) {
            SceneSplit split = SceneSplit.ofDescriptions(world, 0.25, seed);
            assertTrue(Collections.disjoint(split.training(), split.heldOut()));
            assertEquals(1032, split.training().size() + split.heldOut().size());
            for (SceneKind kind : SceneKind.values()) {
                long out = split.heldOut().stream().filter(d -> SceneKind.of(d) == kind).count();
                int all = List.of(240, 72, 720).get(kind.ordinal());
                assertEquals(all / 4, out, kind.name());
            }
            assertEquals(values(world.descriptions()), values(split.training()));
        }
    }

    @Test
    void evenGreedySharesKeepEveryPartInTraining() {
        SceneWorld world = new SceneWorld.Builder().kinds(SceneKind.COUNTED).build();
        SceneSplit split = SceneSplit.ofDescriptions(world, 0.9, 1);
        assertEquals(values(world.descriptions()), values(split.training()));
        assertTrue(split.heldOut().size() > 40);
    }

    @Test
    void itemsAreHeldOutEverywhereAndColorsAndShapesAreNot() {
        SceneWorld world = SceneWorld.full();
        for (long seed = 0; seed < 5; seed++) {
            SceneSplit split = SceneSplit.ofItems(world, 0.25, seed);
            Set<SceneItem> out = new HashSet<>(items(world.descriptions()));
            out.removeAll(items(split.training()));
            assertEquals(6, out.size());
            assertTrue(
                    split.heldOut().stream().allMatch(d -> !Collections.disjoint(d.items(), out)));
            assertEquals(1032, split.training().size() + split.heldOut().size());
            for (SceneColor color : SceneColor.values()) {
                assertTrue(
                        items(split.training()).stream().filter(i -> i.color() == color).count()
                                >= 2);
            }
            for (SceneShape shape : SceneShape.values()) {
                assertTrue(
                        items(split.training()).stream().filter(i -> i.shape() == shape).count()
                                >= 3);
            }
        }
    }

    @Test
    void theSeedDecides() {
        SceneWorld world = SceneWorld.full();
        assertEquals(
                SceneSplit.ofItems(world, 0.2, 7).heldOut(),
                SceneSplit.ofItems(world, 0.2, 7).heldOut());
        assertNotEquals(
                SceneSplit.ofItems(world, 0.2, 7).heldOut(),
                SceneSplit.ofItems(world, 0.2, 8).heldOut());
        assertNotEquals(
                SceneSplit.ofDescriptions(world, 0.2, 7).heldOut(),
                SceneSplit.ofDescriptions(world, 0.2, 8).heldOut());
    }

    @Test
    void wrongSharesAreNamed() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SceneSplit.ofItems(SceneWorld.full(), 0, 1));
        assertEquals("share must be above 0 and below 1, got 0.0", e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> SceneSplit.ofDescriptions(SceneWorld.full(), 1, 1));
    }
}
