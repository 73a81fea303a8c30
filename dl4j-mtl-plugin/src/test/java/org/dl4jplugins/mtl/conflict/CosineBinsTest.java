package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CosineBinsTest {

    private final CosineBins bins = CosineBins.of(-0.1, 0, -0.02, -0.1);

    @Test
    void aCutBelongsToTheBinAboveIt() {
        assertArrayEquals(new double[] {-0.1, -0.02, 0}, bins.cuts());
        assertEquals(4, bins.size());
        assertEquals(0, bins.indexOf(-1));
        assertEquals(0, bins.indexOf(Math.nextDown(-0.1)));
        assertEquals(1, bins.indexOf(-0.1));
        assertEquals(2, bins.indexOf(-0.02));
        assertEquals(2, bins.indexOf(-Double.MIN_VALUE));
        assertEquals(3, bins.indexOf(0.0));
        assertEquals(3, bins.indexOf(1.0000001));
    }

    @Test
    void negativeZeroIsZero() {
        assertEquals(3, bins.indexOf(-0.0));
        assertEquals(CosineBins.of(0.0), CosineBins.of(-0.0));
        assertEquals(3, bins.binsBelow(-0.0));
    }

    @Test
    void furtherCutsRefine() {
        assertEquals(CosineBins.of(-0.1, -0.05, -0.02, 0), bins.with(-0.05, -0.02));
        assertEquals("[-0.02, 0)", bins.label(2));
        assertEquals("[-1, -0.1)", bins.label(0));
        assertEquals("[0, 1]", bins.label(3));
    }

    @Test
    void everyTableOfThePaperCanBeReadFromTheDefaultBins() {
        for (ConflictTable table : ConflictTable.values()) {
            for (double edge : table.edges()) {
                assertTrue(CosineBins.DEFAULT.binsBelow(edge) > 0);
            }
            assertTrue(CosineBins.DEFAULT.binsBelow(table.severity()) > 0);
        }
    }

    @Test
    void badCutsAreRefused() {
        assertThrows(IllegalArgumentException.class, CosineBins::of);
        assertThrows(IllegalArgumentException.class, () -> CosineBins.of(-1));
        assertThrows(IllegalArgumentException.class, () -> CosineBins.of(Double.NaN));
        IllegalArgumentException notCut =
                assertThrows(IllegalArgumentException.class, () -> bins.binsBelow(-0.03));
        assertTrue(notCut.getMessage().contains("-0.03"), notCut.getMessage());
    }
}
