package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConditionDropoutTest {

    @Test
    void replacesTheSameExamplesInAllArrays() {
        ConditionDropout dropout = new ConditionDropout(0.5, 200, new NoiseSource(2));
        INDArray text = Nd4j.rand(DataType.FLOAT, 200, 3, 4).addi(1);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 200, 3);
        INDArray before = text.dup();
        INDArray empty = Nd4j.valueArrayOf(new long[] {1, 3, 4}, -2.0f, DataType.FLOAT);
        INDArray changed = dropout.apply(text, empty);
        INDArray changedMask = dropout.apply(mask, Nd4j.zeros(DataType.FLOAT, 1, 3));
        assertEquals(before, text);
        int count = 0;
        for (int i = 0; i < 200; i++) {
            boolean dropped = dropout.dropped()[i];
            count += dropped ? 1 : 0;
            assertEquals(dropped ? empty.slice(0) : text.slice(i), changed.slice(i));
            assertEquals(dropped ? 0 : 3, changedMask.slice(i).sumNumber().intValue());
        }
        assertEquals(100, count, 30);
    }

    @Test
    void probabilityIsKept() {
        assertEquals(0, count(0));
        assertEquals(10_000, count(1));
        assertEquals(1000, count(0.1), 120);
        assertArrayEquals(
                new ConditionDropout(0.3, 50, new NoiseSource(4)).dropped(),
                new ConditionDropout(0.3, 50, new NoiseSource(4)).dropped());
    }

    private static int count(double probability) {
        int count = 0;
        for (boolean dropped :
                new ConditionDropout(probability, 10_000, new NoiseSource(3)).dropped()) {
            count += dropped ? 1 : 0;
        }
        return count;
    }

    @Test
    void badValues() {
        check(
                "probability: 1.5 given, right is from 0 to 1",
                () -> new ConditionDropout(1.5, 3, new NoiseSource(1)));
        ConditionDropout dropout = new ConditionDropout(0.5, 3, new NoiseSource(1));
        check(
                "batch of the condition: 4 given, right is 3",
                () -> dropout.apply(Nd4j.ones(4, 2), Nd4j.ones(1, 2)));
        check(
                "shape of the empty condition: [1, 3] given, right is [1, 2]",
                () -> dropout.apply(Nd4j.ones(3, 2), Nd4j.ones(1, 3)));
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
