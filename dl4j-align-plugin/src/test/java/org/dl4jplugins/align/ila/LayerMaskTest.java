package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerMaskTest {

    private final List<AdaptedMatrix> layers = Matrices.of("a", "b", "c", "d");

    @Test
    void firstAndLast() {
        assertEquals(List.of("a", "b"), LayerMask.first(layers, 2).keptNames());
        assertEquals(List.of("d"), LayerMask.last(layers, 1).keptNames());
        assertTrue(LayerMask.last(layers, 1).keeps("d"));
        assertFalse(LayerMask.last(layers, 1).keeps("a"));
        assertThrows(IllegalArgumentException.class, () -> LayerMask.first(layers, 5));
        assertThrows(IllegalArgumentException.class, () -> LayerMask.last(layers, 0));
    }

    @Test
    void randomMasksFollowTheSeedAndAreUniform() {
        assertEquals(LayerMask.random(layers, 2, 5), LayerMask.random(layers, 2, 5));
        int draws = 3000;
        int[] kept = new int[4];
        for (int seed = 0; seed < draws; seed++) {
            LayerMask mask = LayerMask.random(layers, 3, seed);
            assertEquals(3, mask.kept().size());
            for (int i = 0; i < 4; i++) {
                kept[i] += (int) mask.gamma()[i];
            }
        }
        for (int count : kept) {
            assertEquals(0.75, (double) count / draws, 0.04);
        }
    }

    @Test
    void jaccardIsSharedOverAny() {
        LayerMask abc = LayerMask.of(layers, List.of("a", "b", "c"));
        LayerMask bd = LayerMask.of(layers, List.of("d", "b"));
        assertEquals(0.25, abc.jaccard(bd));
        assertEquals(0.25, bd.jaccard(abc));
        assertEquals(1, bd.jaccard(bd));
        assertEquals(0, abc.jaccard(LayerMask.last(layers, 1)));
        LayerMask other = LayerMask.all(Matrices.of("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> abc.jaccard(other));
    }

    @Test
    void jsonKeepsTheMask(@TempDir Path folder) throws IOException {
        LayerMask mask =
                LayerMask.of(
                        List.of(
                                new AdaptedMatrix("lstm.W", "lstm", "W", 3, 16),
                                new AdaptedMatrix("lstm.RW", "lstm", "RW", 4, 16)),
                        List.of("lstm.RW"));
        LayerMask read = LayerMask.fromJson(mask.toJson());
        assertEquals(mask, read);
        assertNotEquals(LayerMask.all(mask.layers()), read);
        assertEquals(16, read.kept().get(0).outputs());
        mask.save(folder.resolve("mask.json"));
        assertEquals(mask, LayerMask.load(folder.resolve("mask.json")));
        assertThrows(
                IllegalArgumentException.class,
                () -> LayerMask.fromJson(mask.toJson().replace("lstm.RW", "lstm.XW")));
    }

    @Test
    void namesMustBeThere() {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LayerMask.of(layers, List.of("x")))
                        .getMessage();
        assertTrue(message.contains("'x'") && message.contains("[a, b, c, d]"), message);
        assertThrows(IllegalArgumentException.class, () -> LayerMask.of(layers, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> LayerMask.first(layers, 1).requireSameArchitecture(Matrices.of("a")));
    }
}
