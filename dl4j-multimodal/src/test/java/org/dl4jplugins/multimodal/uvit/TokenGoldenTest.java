package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TokenGoldenTest {

    @ParameterizedTest
    @ValueSource(ints = {32, 64, 7, 1536})
    void timesOfAnyWidth(int width) {
        Golden golden = Golden.load("uvit_timestep_embedding");
        double[] times = golden.vector("t");
        double[][] expected = golden.matrix("emb64." + width);
        for (int i = 0; i < times.length; i++) {
            assertArrayEquals(expected[i], TimeEmbedding.values(times[i], width), 1e-12);
        }
    }

    @Test
    void patchesOfTheReferencesOutput() {
        Golden golden = Golden.load("uvit_timestep_embedding");
        INDArray image = golden.array("patch.img");
        INDArray tokens = Nd4j.create(DataType.DOUBLE, 2, 9, 16);
        PatchOrder.CHANNEL_LAST.cut(image, 2, tokens);
        assertEquals(golden.array("patch.tokens"), tokens);
        INDArray back = Nd4j.create(DataType.DOUBLE, image.shape());
        PatchOrder.CHANNEL_LAST.join(tokens, 2, back);
        assertEquals(image, back);
    }

    @Test
    void channelsFirstInTheOrderOfAConvolution() {
        INDArray image = Nd4j.arange(2 * 4 * 6).castTo(DataType.FLOAT).reshape('c', 1, 2, 4, 6);
        INDArray tokens = Nd4j.create(DataType.FLOAT, 1, 6, 8);
        PatchOrder.CHANNEL_FIRST.cut(image, 2, tokens);
        double[] second = {2, 3, 8, 9, 26, 27, 32, 33}; // columns 2 and 3 of rows 0 and 1
        assertArrayEquals(second, tokens.slice(0).getRow(1).toDoubleVector());
        INDArray back = Nd4j.create(DataType.FLOAT, image.shape());
        PatchOrder.CHANNEL_FIRST.join(tokens, 2, back);
        assertEquals(image, back);
    }
}
