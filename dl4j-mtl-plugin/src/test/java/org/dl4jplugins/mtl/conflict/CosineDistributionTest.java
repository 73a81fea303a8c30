package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CosineDistributionTest {

    private static final CosineBins FASHION =
            CosineBins.of(ConflictTable.MULTI_FASHION_MNIST.edges());

    /**
     * Columns of table 6 in hundredths of a percent, from the lowest bin up. The last is what is
     * missing to 100 %: the printed column of joint training sums to 100.37 %.
     */
    private static CosineDistribution table6(long... fromLowest) {
        return new CosineDistribution(FASHION, fromLowest);
    }

    private final CosineDistribution joint = table6(125, 205, 926, 3125, 5619);
    private final CosineDistribution recon = table6(25, 50, 304, 3767, 5854);
    private final CosineDistribution randomLayers = table6(158, 418, 1345, 2735, 5344);

    @Test
    void reductionIsThatOfThePapersTable6() {
        double severity = ConflictTable.MULTI_FASHION_MNIST.severity();
        assertEquals(69.82, recon.reductionFrom(joint, severity), 0.01);
        assertEquals(-52.94, randomLayers.reductionFrom(joint, severity), 0.01);
        assertEquals(0, joint.reductionFrom(joint, severity));
    }

    @Test
    void percentagesAreAColumnOfTheTable() {
        assertArrayEquals(
                new double[] {56.19, 31.25, 9.26, 2.05, 1.25},
                ConflictTable.MULTI_FASHION_MNIST.column(joint),
                1e-12);
        assertEquals(
                List.of("[1,0)", "(0,-0.01]", "(-0.01,-0.02]", "(-0.02,-0.03]", "(-0.03,-1]"),
                ConflictTable.MULTI_FASHION_MNIST.rows());
        assertArrayEquals(new double[] {56.19, 43.81}, joint.percentages(0), 1e-12);
    }

    @Test
    void coarserEdgesOfFinerBinsGiveTheSame() {
        CosineDistribution fine =
                new CosineDistribution(
                        FASHION.with(-0.5, -0.015, 0.3), 25, 100, 205, 900, 26, 3125, 5000, 619);
        assertArrayEquals(
                ConflictTable.MULTI_FASHION_MNIST.column(joint),
                ConflictTable.MULTI_FASHION_MNIST.column(fine),
                1e-12);
    }

    @Test
    void nothingSeenAndNothingSevere() {
        CosineDistribution empty = table6(0, 0, 0, 0, 0);
        CosineDistribution harmless = table6(0, 0, 0, 0, 9);
        assertEquals(0, empty.shareBelow(0));
        assertArrayEquals(new double[2], empty.percentages(0));
        assertEquals(0, empty.reductionFrom(harmless, -0.01));
        assertEquals(Double.NEGATIVE_INFINITY, joint.reductionFrom(harmless, -0.01));
        assertEquals(100, harmless.reductionFrom(joint, -0.01));
    }

    @Test
    void sumsAddBinByBin() {
        assertArrayEquals(new long[] {150, 255, 1230, 6892, 11473}, joint.plus(recon).counts());
        assertThrows(
                IllegalArgumentException.class,
                () -> joint.plus(new CosineDistribution(CosineBins.of(0), 1, 2)));
    }

    @Test
    void badArgumentsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> table6(1, 2));
        assertThrows(IllegalArgumentException.class, () -> table6(1, 2, 3, 4, -5));
        assertThrows(IllegalArgumentException.class, () -> joint.percentages(-0.01, 0));
        assertThrows(IllegalArgumentException.class, () -> joint.countBelow(-0.5));
    }
}
