package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ViewsTest {
    private static INDArray secondParameter() {
        return Nd4j.arange(100)
                .castTo(DataType.FLOAT)
                .get(NDArrayIndex.interval(20, 44))
                .reshape('c', 6, 4);
    }

    @Test
    void partsOfAViewNearTheBeginningOfALongerArray() {
        INDArray rows = Views.interval(secondParameter(), 0, 3, 3);
        assertArrayEquals(new long[] {3, 4}, rows.shape());
        assertEquals(32, rows.getDouble(0, 0));
        assertEquals(43, rows.getDouble(2, 3));
        INDArray columns = Views.interval(secondParameter().transpose(), 0, 2, 1);
        assertArrayEquals(new double[] {22, 26, 30, 34, 38, 42}, columns.ravel().toDoubleVector());
    }

    @Test
    void partsShareMemory() {
        INDArray all = secondParameter();
        Views.interval(all, 1, 1, 2).assign(-1);
        assertArrayEquals(new double[] {20, -1, -1, 23}, all.getRow(0).toDoubleVector());
    }

    @Test
    void whatIsNotThereIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> Views.interval(secondParameter(), 0, 4, 3));
    }
}
