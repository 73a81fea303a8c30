package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.TestMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class TrainingDataTest {

    private static MultiDataSet numbers(int from, int to) {
        int[] values = IntStream.range(from, to).toArray();
        INDArray row = Nd4j.createFromArray(values).castTo(DataType.FLOAT);
        INDArray ids = row.mul(10).castTo(DataType.INT32);
        return new MultiDataSet(new INDArray[] {row.reshape(values.length, 1, 1), ids}, null);
    }

    private static int[] values(org.nd4j.linalg.dataset.api.MultiDataSet batch) {
        return batch.getFeatures(0).ravel().toIntVector();
    }

    @Test
    void arraysAreShuffledInEveryEpoch() {
        TrainingData data = TrainingData.of(numbers(0, 11), 3, 7);
        int[][] epochs = new int[2][];
        for (int epoch = 0; epoch < 2; epoch++) {
            int[] seen = new int[9];
            for (int i = 0; i < 3; i++) {
                org.nd4j.linalg.dataset.api.MultiDataSet batch = data.batch(3 * epoch + i);
                assertArrayEquals(new long[] {3, 1, 1}, batch.getFeatures(0).shape());
                assertEquals(DataType.INT32, batch.getFeatures(1).dataType());
                INDArray ids = batch.getFeatures(1).castTo(DataType.FLOAT);
                assertEquals(batch.getFeatures(0).ravel().mul(10), ids);
                assertNull(batch.getLabels());
                System.arraycopy(values(batch), 0, seen, 3 * i, 3);
            }
            epochs[epoch] = seen;
            assertEquals(9, Arrays.stream(seen).distinct().count());
        }
        assertNotEquals(Arrays.toString(epochs[0]), Arrays.toString(epochs[1]));
        TrainingData again = TrainingData.of(numbers(0, 11), 3, 7);
        assertArrayEquals(values(data.batch(5)), values(again.batch(5)), "without the ones before");
    }

    private static TrainingData iterated() {
        MultiDataSet[] singles =
                IntStream.range(0, 5)
                        .mapToObj(
                                i ->
                                        new MultiDataSet(
                                                new INDArray[] {
                                                    Nd4j.createFromArray((float) i).reshape(1, 1)
                                                },
                                                new INDArray[] {Nd4j.zeros(1, 1)}))
                        .toArray(MultiDataSet[]::new);
        return TrainingData.of(new TestMultiDataSetIterator(2, singles));
    }

    @Test
    void iteratorsGoOnEpochAfterEpoch() {
        TrainingData data = iterated();
        int[][] expected = {{0, 1}, {2, 3}, {4}, {0, 1}, {2, 3}};
        for (int step = 0; step < 5; step++) {
            assertArrayEquals(expected[step], values(data.batch(step)));
        }
        assertArrayEquals(expected[4], values(iterated().batch(4)), "without the ones before");
        assertEquals(
                "Batch 4 is over, the iterator is at 5; take a new one",
                assertThrows(IllegalStateException.class, () -> data.batch(4)).getMessage());
    }

    @Test
    void badValues() {
        MultiDataSet five = numbers(0, 5);
        for (int batch : new int[] {0, 6}) {
            assertEquals(
                    "batch: " + batch + " given, right is from 1 to the number of examples, 5",
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> TrainingData.of(five, batch, 1))
                            .getMessage());
        }
    }
}
