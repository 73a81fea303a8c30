package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class GemmTest {
    private final Random random = new Random(5);

    /** One matrix in every way it can lie in memory. */
    private List<INDArray> stored(DataType type, int rows, int columns) {
        INDArray values = Nd4j.create(DataType.DOUBLE, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                values.putScalar(i, j, random.nextGaussian());
            }
        }
        INDArray cView = Nd4j.create(type, new long[] {rows + 2, columns + 3}, 'c');
        INDArray fView = Nd4j.create(type, new long[] {rows + 2, columns + 3}, 'f');
        INDArray sparse = Nd4j.create(type, new long[] {rows, columns, 2}, 'c');
        INDArray[] all = {
            Nd4j.create(type, new long[] {rows, columns}, 'c'),
            Nd4j.create(type, new long[] {rows, columns}, 'f'),
            inner(cView, rows, columns),
            inner(fView, rows, columns),
            sparse.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(1)),
        };
        for (INDArray a : all) {
            a.assign(values);
        }
        return List.of(all);
    }

    private static INDArray inner(INDArray a, int rows, int columns) {
        return a.get(NDArrayIndex.interval(1, 1 + rows), NDArrayIndex.interval(2, 2 + columns));
    }

    private void checkAll(DataType type, int m, int n, int k, double tolerance) {
        for (int flags = 0; flags < 4; flags++) {
            boolean transA = (flags & 1) != 0;
            boolean transB = (flags & 2) != 0;
            for (INDArray a : stored(type, transA ? k : m, transA ? m : k)) {
                for (INDArray b : stored(type, transB ? n : k, transB ? k : n)) {
                    for (INDArray c : stored(type, m, n)) {
                        check(transA, a, transB, b, c, tolerance);
                    }
                }
            }
        }
    }

    private static void check(
            boolean transA, INDArray a, boolean transB, INDArray b, INDArray c, double tolerance) {
        INDArray x = (transA ? a.transpose() : a).castTo(DataType.DOUBLE);
        INDArray y = (transB ? b.transpose() : b).castTo(DataType.DOUBLE);
        INDArray before = c.dup().castTo(DataType.DOUBLE);
        INDArray product = x.mmul(y);
        Gemm.multiply(transA, a, transB, b, 0.5, c);
        String what = transA + " " + transB + " " + a.shapeInfoToString();
        INDArray expected = product.add(before.mul(0.5));
        assertTrue(expected.equalsWithEps(c.castTo(DataType.DOUBLE), tolerance), what);
        c.assign(Double.NaN);
        Gemm.multiply(transA, a, transB, b, 0, c);
        assertTrue(product.equalsWithEps(c.castTo(DataType.DOUBLE), tolerance), what);
        Gemm.multiply(transA, a, transB, b, -1.5, 1, c);
        INDArray half = product.mul(-0.5);
        assertTrue(half.equalsWithEps(c.castTo(DataType.DOUBLE), tolerance), what);
    }

    @Test
    void everyLayoutOfFloats() {
        checkAll(DataType.FLOAT, 4, 5, 3, 1e-5);
    }

    @Test
    void stripsOfRowsAndOfColumns() {
        checkAll(DataType.FLOAT, 301, 7, 150, 1e-3);
        checkAll(DataType.FLOAT, 7, 301, 150, 1e-3);
        checkAll(DataType.FLOAT, 18, 17, 1000, 1e-3);
    }

    @Test
    void singleRowsAndColumns() {
        checkAll(DataType.FLOAT, 1, 5, 3, 1e-5);
        checkAll(DataType.FLOAT, 4, 1, 3, 1e-5);
        checkAll(DataType.FLOAT, 4, 5, 1, 1e-5);
    }

    @Test
    void doubles() {
        checkAll(DataType.DOUBLE, 2, 3, 4, 1e-12);
    }

    @Test
    void wrongShapesAreNamed() {
        INDArray a = Nd4j.create(DataType.FLOAT, 2, 3);
        INDArray c = Nd4j.create(DataType.FLOAT, 2, 2);
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Gemm.multiply(false, a, false, a, 0, c));
        assertEquals(
                "Cannot multiply matrices of shapes [2, 3] and [2, 3] into [2, 2]", e.getMessage());
    }
}
