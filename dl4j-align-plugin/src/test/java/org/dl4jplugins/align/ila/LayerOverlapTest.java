package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerOverlapTest {

    private static LayerSignificance run(String name, double... scores) {
        return new LayerSignificance.Builder(name, Matrices.of("a", "b", "c", "d"), scores).build();
    }

    private final List<LayerSignificance> runs =
            List.of(run("x", 4, 3, 2, 1), run("y", 3, 4, 1, 2), run("z", 1, 4, 3, 2));

    @Test
    void everyPairIsCompared() {
        LayerOverlap overlap = LayerOverlap.of(runs, 0.5);
        double third = 1.0 / 3;
        assertArrayEquals(
                new double[][] {{1, 1, third}, {1, 1, third}, {third, third, 1}}, overlap.matrix());
        assertEquals((1 + third + third) / 3, overlap.mean(), 1e-12);
        assertEquals(List.of("b"), overlap.inAllRuns());
        assertEquals(Map.of("a", 2, "b", 3, "c", 1, "d", 0), overlap.counts());
        assertTrue(overlap.table().text().contains("0.333"));
        assertTrue(overlap.chart().svg().contains("50 %"));
        assertEquals(Double.NaN, LayerOverlap.of(runs.subList(0, 1), 0.5).mean());
    }

    @Test
    void chanceIsTheMeanOverAllPairsOfSets() {
        // Sets of 2 of 4: 6 sets, each with 1 equal (1), 4 sharing one (1/3), 1 sharing none (0).
        assertEquals((1 + 4.0 / 3) / 6, LayerOverlap.of(runs, 0.5).expectedByChance(), 1e-12);
        List<AdaptedMatrix> layers = Matrices.count(40);
        LayerSignificance large =
                new LayerSignificance.Builder("large", layers, new double[40]).build();
        double sum = 0;
        int draws = 4000;
        for (int seed = 0; seed < draws; seed++) {
            sum +=
                    LayerMask.random(layers, 30, seed)
                            .jaccard(LayerMask.random(layers, 30, seed + 100_000L));
        }
        assertEquals(sum / draws, LayerOverlap.of(List.of(large), 0.75).expectedByChance(), 0.005);
    }

    @Test
    void runsMustFitTogether() {
        LayerSignificance other =
                new LayerSignificance.Builder("o", Matrices.of("a", "b"), 1, 2).build();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> LayerOverlap.of(List.of(runs.get(0), other), 0.5))
                        .getMessage();
        assertTrue(message.contains("'x' and 'o'"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> LayerOverlap.of(List.of(runs.get(0), run("x", 1, 2, 3, 4)), 0.5));
        assertThrows(IllegalArgumentException.class, () -> LayerOverlap.of(List.of(), 0.5));
        assertThrows(IllegalArgumentException.class, () -> LayerOverlap.of(runs, 2));
    }
}
