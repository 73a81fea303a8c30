package org.dl4jplugins.cl.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UniformFusionTest {

    private static double[] fused(double inner, double outer) {
        INDArray start = Nd4j.createFromArray(1.0, 2.0);
        INDArray afterInner = Nd4j.createFromArray(3.0, 2.5);
        INDArray afterOuter = Nd4j.createFromArray(2.0, 4.5);
        new UniformFusion(inner, outer).fuse(start, afterInner, afterOuter, null, null);
        assertArrayEquals(new double[] {3, 2.5}, afterInner.toDoubleVector());
        return afterOuter.toDoubleVector();
    }

    @Test
    void updatesAreWeighed() {
        assertArrayEquals(new double[] {2, 4.5}, fused(1, 1), 1e-12);
        assertArrayEquals(new double[] {1.5, 3.25}, fused(0.5, 0.5), 1e-12);
        assertArrayEquals(new double[] {3, 2.5}, fused(1, 0), 1e-12);
        assertArrayEquals(new double[] {0, 4}, fused(0, 1), 1e-12);
    }

    @Test
    void weightsAreFinite() {
        Exception e =
                assertThrows(
                        IllegalArgumentException.class, () -> new UniformFusion(Double.NaN, 1));
        assertEquals("inner and outer must be finite, got NaN and 1.0", e.getMessage());
    }
}
