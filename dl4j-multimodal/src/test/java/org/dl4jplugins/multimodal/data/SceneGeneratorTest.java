package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;
import org.junit.jupiter.api.Test;

class SceneGeneratorTest {

    private static final SceneWorld WORLD = new SceneWorld.Builder().maxCount(6).build();

    @Test
    void thePlacesMakeTheDescriptionTrue() {
        SceneGenerator generator = new SceneGenerator(WORLD.descriptions(), 3);
        for (int number = 0; number < 3000; number++) {
            Scene scene = generator.scene(number);
            List<SceneObject> objects = scene.objects();
            for (SceneObject object : objects) {
                double edge = 1.15 * object.radius();
                assertTrue(object.x() >= edge && object.x() <= 1 - edge, scene.toString());
                assertTrue(object.y() >= edge && object.y() <= 1 - edge, scene.toString());
            }
            if (scene.description() instanceof Placed placed) {
                assertEquals(1, objects.size());
                assertEquals(placed.place(), nearest(objects.get(0)));
                assertEquals(placed.size() == SceneSize.LARGE, objects.get(0).radius() > 0.15);
            } else if (scene.description() instanceof Counted counted) {
                assertEquals(counted.count(), objects.size());
                assertApart(objects);
            } else {
                Related related = (Related) scene.description();
                double right = objects.get(1).x() - objects.get(0).x();
                double down = objects.get(1).y() - objects.get(0).y();
                boolean flat = related.relation() == SceneRelation.LEFT_OF;
                assertTrue((flat ? right : down) >= 0.4, scene.toString());
                assertTrue(Math.abs(flat ? down : right) <= 0.121, scene.toString());
                assertEquals(related.first(), objects.get(0).item());
                assertEquals(related.second(), objects.get(1).item());
                assertApart(objects);
            }
        }
    }

    @Test
    void onAGridNothingLeavesItsCellAndTheDescriptionIsTrue() {
        SceneGenerator generator =
                new SceneGenerator(WORLD.descriptions(), 3, SceneArrangement.GRID);
        Set<Integer> used = new HashSet<>();
        Set<Integer> slanted = new HashSet<>();
        for (int number = 0; number < 3000; number++) {
            Scene scene = generator.scene(number);
            List<Integer> cells = new ArrayList<>();
            for (SceneObject object : scene.objects()) {
                int column = (int) (3 * object.x());
                int row = (int) (3 * object.y());
                assertTrue(Math.abs(object.x() - (column + 0.5) / 3) + object.radius() <= 1 / 6.0);
                assertTrue(Math.abs(object.y() - (row + 0.5) / 3) + object.radius() <= 1 / 6.0);
                cells.add(3 * row + column);
            }
            used.addAll(cells);
            assertEquals(cells.size(), Set.copyOf(cells).size(), scene.toString());
            if (scene.description() instanceof Placed placed) {
                assertEquals(placed.place(), nearest(scene.objects().get(0)));
                assertEquals(
                        placed.size() == SceneSize.LARGE, scene.objects().get(0).radius() > 0.15);
            } else if (scene.description() instanceof Counted counted) {
                assertEquals(counted.count(), cells.size());
            } else {
                boolean flat = ((Related) scene.description()).relation() == SceneRelation.LEFT_OF;
                int first = cells.get(0);
                int second = cells.get(1);
                int columns = second % 3 - first % 3;
                int rows = second / 3 - first / 3;
                assertEquals(2, flat ? columns : rows, scene.toString());
                assertTrue(Math.abs(flat ? rows : columns) <= 1, scene.toString());
                slanted.add(flat ? rows : columns);
            }
        }
        assertEquals(9, used.size());
        assertEquals(Set.of(-1, 0, 1), slanted);
    }

    private static ScenePlace nearest(SceneObject object) {
        ScenePlace nearest = ScenePlace.CENTER;
        for (ScenePlace place : ScenePlace.values()) {
            if (distance(place, object) < distance(nearest, object)) {
                nearest = place;
            }
        }
        return nearest;
    }

    private static double distance(ScenePlace place, SceneObject object) {
        return Math.hypot(place.x() - object.x(), place.y() - object.y());
    }

    private static void assertApart(List<SceneObject> objects) {
        for (int i = 0; i < objects.size(); i++) {
            for (int j = 0; j < i; j++) {
                SceneObject a = objects.get(i);
                SceneObject b = objects.get(j);
                double gap = Math.max(Math.abs(a.x() - b.x()), Math.abs(a.y() - b.y()));
                assertTrue(gap > 1.15 * (a.radius() + b.radius()), objects.toString());
            }
        }
    }

    @Test
    void numbersAndSeedsDecideEverything() {
        SceneGenerator generator = new SceneGenerator(WORLD.descriptions(), 3);
        SceneGenerator same = new SceneGenerator(WORLD.descriptions(), 3);
        SceneGenerator other = new SceneGenerator(WORLD.descriptions(), 4);
        Set<Scene> scenes = new HashSet<>();
        for (int number = 99; number >= 0; number--) {
            assertEquals(same.scene(number), generator.scene(number));
            assertEquals(same.caption(number), generator.caption(number));
            assertEquals(same.asked(number), generator.asked(number));
            assertNotEquals(other.scene(number), generator.scene(number));
            scenes.add(generator.scene(number));
        }
        assertEquals(100, scenes.size());
    }

    @Test
    void kindsAndCaptionsAreBalanced() {
        SceneGenerator generator = new SceneGenerator(SceneWorld.full().descriptions(), 5);
        Map<SceneKind, Integer> kinds = new EnumMap<>(SceneKind.class);
        int shortest = 0;
        for (int number = 0; number < 3000; number++) {
            Scene scene = generator.scene(number);
            kinds.merge(SceneKind.of(scene.description()), 1, Integer::sum);
            String caption = generator.caption(number);
            assertEquals(Optional.of(scene.description()), SceneCaptions.parse(caption));
            shortest += caption.equals(SceneCaptions.caption(scene.description())) ? 1 : 0;
        }
        kinds.forEach((kind, count) -> assertEquals(1000, count, 110, kind.name()));
        assertEquals(3000 * (1 / 3.0 + 1 / 3.0 + 1 / 6.0) / 3, shortest, 100);
    }
}
