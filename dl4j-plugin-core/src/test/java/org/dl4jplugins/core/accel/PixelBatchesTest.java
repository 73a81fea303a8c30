package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PixelBatchesTest {
    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(9);
    }

    private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();
    private static final ArrayType TYPE = ArrayType.ACTIVATIONS;

    private static INDArray random(long batch, long channels, long height, long width) {
        return Nd4j.rand(DataType.FLOAT, batch, channels, height, width);
    }

    private static INDArray pixels(INDArray a) {
        return Pixels.of(a, NONE, TYPE);
    }

    private static INDArray rows(INDArray stack, int i, long batch) {
        return stack.get(
                NDArrayIndex.interval(i * batch, (i + 1) * batch),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.all());
    }

    /** Sizes on both sides of what is worth a second thread. */
    @ParameterizedTest
    @CsvSource({"2,3,4,5,true", "2,3,4,5,false", "7,33,9,9,true", "7,33,9,9,false", "1,1,1,1,true"})
    void everythingAgainstPlainCopies(
            long batch, long channels, long height, long width, boolean keep) {
        int n = 3;
        INDArray[] plain = new INDArray[n];
        INDArray[] parts = new INDArray[n];
        for (int i = 0; i < n; i++) {
            plain[i] = random(batch, channels, height, width);
            parts[i] = i == 1 ? plain[i] : pixels(plain[i]);
        }
        INDArray expected = Nd4j.concat(0, plain);
        INDArray stack = PixelBatches.stack(parts, keep, NONE, TYPE);
        assertEquals(expected, stack.dup('c'));
        assertEquals(keep, Pixels.is(stack) && stack instanceof PixelArray);
        INDArray sum = Nd4j.zerosLike(plain[0]);
        for (int i = 0; i < n; i++) {
            INDArray part = PixelBatches.part(pixels(expected), i, n, keep, NONE, TYPE);
            assertEquals(plain[i], part.dup('c'));
            INDArray spread = PixelBatches.spread(parts[i], i, n, keep, NONE, TYPE).dup('c');
            for (int j = 0; j < n; j++) {
                assertEquals(
                        i == j ? plain[i] : Nd4j.zerosLike(plain[i]),
                        rows(spread, j, batch).dup('c'));
            }
            sum.addi(plain[i]);
        }
        INDArray actual = PixelBatches.sum(pixels(expected), n, keep, NONE, TYPE).dup('c');
        assertTrue(sum.equalsWithEps(actual, 1e-6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void appliesOnlyWhereThereIsSomethingToKeep(boolean pixelMajor) {
        INDArray plain = random(2, 3, 4, 5);
        INDArray a = pixelMajor ? pixels(plain) : plain;
        assertEquals(pixelMajor, PixelBatches.applies(a));
        assertEquals(pixelMajor, PixelBatches.applies(plain, a));
        assertFalse(PixelBatches.applies(Nd4j.zeros(DataType.DOUBLE, 2, 3, 4, 5)));
        assertFalse(PixelBatches.applies(Nd4j.zeros(DataType.FLOAT, 2, 3)));
    }
}
