package org.dl4jplugins.multimodal.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.apache.commons.math3.stat.inference.TestUtils;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class NoiseSourceTest {

    @Test
    void normalNoiseIsNormal() {
        INDArray noise = new NoiseSource(7).normal(DataType.DOUBLE, 200, 500);
        assertArrayEquals(new long[] {200, 500}, noise.shape());
        assertEquals(0, noise.meanNumber().doubleValue(), 0.015);
        assertEquals(1, noise.varNumber().doubleValue(), 0.02);
        assertEquals(3, Transforms.pow(noise, 4).meanNumber().doubleValue(), 0.15);
    }

    /** The numbers of a seed never change: results can be repeated on any machine. */
    @Test
    void seedsMeanTheSameEverywhere() {
        INDArray noise = new NoiseSource(42, 1).normal(DataType.DOUBLE, 3);
        assertEquals(noise, new NoiseSource(42, 1).normal(DataType.DOUBLE, 3));
        double[] expected = {0.6905405279254656, -0.4382057160432507, 0.05795905599238894};
        assertArrayEquals(expected, noise.toDoubleVector(), 1e-15);
        INDArray single = new NoiseSource(42, 1).normal(DataType.FLOAT, 3);
        assertEquals(noise.castTo(DataType.FLOAT), single);
    }

    @Test
    void neighboringSeedsHaveNothingInCommon() {
        long[][] seeds = {{0}, {1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {1L << 40}, {-1}, {1, 1, 1}};
        int n = 20_000;
        INDArray all = Nd4j.create(DataType.DOUBLE, seeds.length, n);
        for (int i = 0; i < seeds.length; i++) {
            all.putRow(i, new NoiseSource(seeds[i]).normal(DataType.DOUBLE, n));
        }
        INDArray correlation = all.mmul(all.transpose()).divi(n);
        for (int i = 0; i < seeds.length; i++) {
            for (int j = 0; j < i; j++) {
                assertEquals(0, correlation.getDouble(i, j), 0.04, i + " and " + j);
            }
        }
        assertNotEquals(all.getDouble(0, 0), all.getDouble(1, 0));
    }

    @Test
    void wholeNumbersAreEquallyLikely() {
        NoiseSource random = new NoiseSource(5);
        long[] counts = new long[10];
        for (int i = 0; i < 10_000; i++) {
            counts[random.below(10)]++;
            double u = random.uniform();
            assertTrue(u >= 0 && u < 1);
        }
        double[] expected = new double[10];
        Arrays.fill(expected, 1000);
        assertTrue(TestUtils.chiSquareTest(expected, counts) > 0.001);
    }
}
