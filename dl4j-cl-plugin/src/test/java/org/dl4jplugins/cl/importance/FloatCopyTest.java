package org.dl4jplugins.cl.importance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lengths below, at and above a chunk, and long enough for several threads. */
class FloatCopyTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 2048, 2049, 40_001})
    void copiesAndFindsWhatIsNotFiniteWhereverItIs(int length) {
        Nd4j.getRandom().setSeed(3);
        INDArray flat = Nd4j.randn(DataType.FLOAT, 1, length + 9);
        INDArray selected = Nd4j.zeros(DataType.FLOAT, length + 4);
        Segment segment = new Segment("w", 5, 3, length);
        assertTrue(FloatCopy.gather(flat, selected, segment));
        assertEquals(
                flat.reshape(new long[] {flat.length()}).get(NDArrayIndex.interval(5, 5 + length)),
                selected.get(NDArrayIndex.interval(3, 3 + length)));
        assertEquals(0, selected.getFloat(2));
        assertEquals(0, selected.getFloat(3 + length));
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            for (int at : new int[] {0, length / 2, length - 1}) {
                float before = flat.getFloat(0, 5 + at);
                flat.putScalar(0, 5 + at, wrong);
                assertFalse(FloatCopy.gather(flat, selected, segment), "at " + at);
                flat.putScalar(0, 5 + at, before);
            }
        }
        flat.putScalar(0, 4, Float.NaN);
        flat.putScalar(0, 5 + length, Float.NaN);
        flat.putScalar(0, 5, Float.MAX_VALUE);
        assertTrue(FloatCopy.gather(flat, selected, segment), "only its own part counts");
    }
}
