package org.dl4jplugins.mtl.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class MultiTaskIteratorTest {

    /** Batches of 2 examples; features tell task and batch: 100 * task + batch. */
    static DataSetIterator data(int task, int batches, int classes) {
        List<DataSet> list = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            for (int i = 0; i < 2; i++) {
                INDArray labels = Nd4j.zeros(DataType.FLOAT, 1, classes);
                labels.putScalar(0, i, 1);
                INDArray x = Nd4j.valueArrayOf(new long[] {1, 3}, 100 * task + b, DataType.FLOAT);
                list.add(new DataSet(x, labels));
            }
        }
        return new ListDataSetIterator<>(list, 2);
    }

    static MultiTaskIterator.Builder builder(int... batches) {
        MultiTaskIterator.Builder b = new MultiTaskIterator.Builder();
        for (int t = 0; t < batches.length; t++) {
            b.task("t" + t, data(t, batches[t], 2 + t));
        }
        return b;
    }

    /** The epoch's batches by their features' value. */
    static List<Integer> epoch(MultiTaskIterator it) {
        List<Integer> seen = new ArrayList<>();
        while (it.hasNext()) {
            seen.add(it.next().getFeatures(0).getInt(0, 0));
        }
        assertThrows(NoSuchElementException.class, it::next);
        return seen;
    }

    @Test
    void roundRobinSeesEverythingOnce() {
        MultiTaskIterator it = builder(1, 3, 2).build();
        List<Integer> expected = List.of(0, 100, 200, 101, 201, 102);
        assertEquals(expected, epoch(it));
        it.reset();
        assertEquals(expected, epoch(it));
    }

    @Test
    void longestRestartsShorterTasks() {
        MultiTaskIterator it = builder(1, 3, 2).epochEnd(EpochEnd.LONGEST).build();
        assertEquals(List.of(0, 100, 200, 0, 101, 201, 0, 102), epoch(it));
    }

    @Test
    void shortestStopsWithTheFirstTask() {
        MultiTaskIterator it = builder(2, 3, 2).epochEnd(EpochEnd.SHORTEST).build();
        assertEquals(List.of(0, 100, 200, 1), epoch(it));
    }

    @Test
    void proportionalIsReproducibleAndProportional() {
        int[] count = new int[2];
        MultiTaskIterator a = builder(30, 90).mixing(Mixing.proportional()).seed(5).build();
        MultiTaskIterator b = builder(30, 90).mixing(Mixing.proportional()).seed(5).build();
        List<Integer> first = epoch(a);
        assertEquals(120, first.size());
        assertEquals(120, first.stream().distinct().count());
        assertEquals(first, epoch(b));
        a.reset();
        List<Integer> second = epoch(a);
        assertNotEquals(first, second);
        b.reset();
        assertEquals(second, epoch(b));
        MultiTaskIterator other = builder(30, 90).mixing(Mixing.proportional()).seed(6).build();
        assertNotEquals(first, epoch(other));
        for (int v : first.subList(0, 80)) {
            count[v / 100]++;
        }
        assertEquals(20, count[0], 10);
    }

    @Test
    void temperatureFlattensTheMix() {
        java.util.Random random = new java.util.Random(1);
        boolean[] all = {true, true, true};
        long[] sizes = {1, 16, 81};
        for (double temperature : new double[] {1, 2, 4, Double.POSITIVE_INFINITY}) {
            int[] count = new int[3];
            for (int i = 0; i < 20000; i++) {
                count[Mixing.temperature(temperature).next(all, sizes, -1, random)]++;
            }
            double sum = 0;
            for (long n : sizes) {
                sum += Math.pow(n, 1 / temperature);
            }
            for (int t = 0; t < 3; t++) {
                assertEquals(Math.pow(sizes[t], 1 / temperature) / sum, count[t] / 20000.0, 0.015);
            }
        }
        boolean[] one = {false, true, false};
        assertEquals(1, Mixing.temperature(1).next(one, sizes, -1, random));
        assertThrows(IllegalArgumentException.class, () -> Mixing.temperature(0.5));
    }

    @Test
    void absentLabelsAreZerosWithZeroMasks() {
        MultiTaskIterator it = builder(1, 1).build();
        MultiDataSet first = it.next();
        assertEquals(2, first.numLabelsArrays());
        assertArrayEquals(new long[] {2, 3}, first.getLabels(1).shape());
        assertEquals(0, first.getLabels(1).sumNumber().doubleValue());
        assertArrayEquals(new long[] {2, 1}, first.getLabelsMaskArray(1).shape());
        assertEquals(0, first.getLabelsMaskArray(1).sumNumber().doubleValue());
        assertNull(first.getLabelsMaskArray(0));
        MultiDataSet second = it.next();
        assertEquals(100, second.getFeatures(0).getInt(0, 0));
        assertEquals(0, second.getLabelsMaskArray(0).sumNumber().doubleValue());
        assertEquals(2, second.getLabels(1).sumNumber().doubleValue());
    }

    @Test
    void allTasksInOneBatch() {
        MultiTaskIterator it = builder(2, 1).layout(BatchLayout.ALL_TASKS).build();
        MultiDataSet first = it.next();
        assertArrayEquals(new long[] {4, 3}, first.getFeatures(0).shape());
        assertEquals(
                Nd4j.createFromArray(0f, 0, 100, 100), first.getFeatures(0).getColumn(0).dup());
        assertEquals(
                Nd4j.createFromArray(new float[][] {{1}, {1}, {0}, {0}}),
                first.getLabelsMaskArray(0));
        assertEquals(
                Nd4j.createFromArray(new float[][] {{0}, {0}, {1}, {1}}),
                first.getLabelsMaskArray(1));
        assertEquals(
                Nd4j.createFromArray(new float[][] {{0, 0, 0}, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}}),
                first.getLabels(1));
        MultiDataSet second = it.next();
        assertArrayEquals(new long[] {2, 3}, second.getFeatures(0).shape());
        assertEquals(0, second.getLabelsMaskArray(1).sumNumber().doubleValue());
        assertFalse(it.hasNext());
    }

    @Test
    void sequencesKeepTheirMasks() {
        List<DataSet> long5 = new ArrayList<>();
        List<DataSet> long3 = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, i}});
            long5.add(new DataSet(Nd4j.ones(1, 2, 5), Nd4j.ones(1, 4, 5), mask, mask));
            long3.add(new DataSet(Nd4j.ones(1, 2, 3), Nd4j.ones(1, 6, 3)));
        }
        MultiTaskIterator it =
                new MultiTaskIterator.Builder()
                        .task("a", new ListDataSetIterator<>(long5, 2))
                        .task("b", new ListDataSetIterator<>(long3, 2))
                        .build();
        MultiDataSet a = it.next();
        assertArrayEquals(new long[] {2, 6, 5}, a.getLabels(1).shape());
        assertArrayEquals(new long[] {2, 5}, a.getLabelsMaskArray(1).shape());
        assertEquals(9, a.getLabelsMaskArray(0).sumNumber().doubleValue());
        assertEquals(9, a.getFeaturesMaskArray(0).sumNumber().doubleValue());
        MultiDataSet b = it.next();
        assertArrayEquals(new long[] {2, 4, 3}, b.getLabels(0).shape());
        assertArrayEquals(new long[] {2, 3}, b.getLabelsMaskArray(0).shape());
    }

    @Test
    void preProcessorAndFlags() {
        MultiTaskIterator it = builder(1, 1).build();
        it.setPreProcessor(d -> d.getFeatures(0).addi(1));
        assertEquals(1, it.next().getFeatures(0).getInt(0, 0));
        assertTrue(it.resetSupported());
        assertEquals(data(0, 1, 2).asyncSupported(), it.asyncSupported());
        assertEquals(List.of("t0", "t1"), it.tasks());
        assertThrows(UnsupportedOperationException.class, () -> it.next(3));
    }

    @Test
    void badInput() {
        assertThrows(IllegalArgumentException.class, () -> builder(1).build());
        assertThrows(IllegalArgumentException.class, () -> builder(1).task("t0", data(0, 1, 2)));
        assertThrows(
                IllegalArgumentException.class, () -> builder(1).task("x", (DataSetIterator) null));
        assertThrows(IllegalArgumentException.class, () -> builder(1, 1).mixing(null).build());
        DataSetIterator wide =
                new ListDataSetIterator<>(
                        List.of(new DataSet(Nd4j.ones(1, 4), Nd4j.ones(1, 2))), 1);
        MultiTaskIterator it = builder(1).task("wide", wide).layout(BatchLayout.ALL_TASKS).build();
        var e = assertThrows(IllegalArgumentException.class, it::next);
        assertTrue(e.getMessage().contains("\"wide\"") && e.getMessage().contains("[1, 4]"));
        var uneven =
                new SingletonMultiDataSetIterator(
                        new org.nd4j.linalg.dataset.MultiDataSet(Nd4j.ones(3, 3), Nd4j.ones(2, 2)));
        MultiTaskIterator bad = builder(1).task("uneven", uneven).build();
        e = assertThrows(IllegalArgumentException.class, bad::next);
        assertTrue(e.getMessage().contains("\"uneven\""), e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> builder(1, 1).outputs(List.of("t0", "x")).build());
        assertTrue(e.getMessage().contains("\"t1\"") && e.getMessage().contains("x"));
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> builder(1, 1).outputs(List.of("t0", "t1", "t2")).build());
        assertTrue(e.getMessage().contains("\"t2\""));
    }

    @Test
    void labelsFollowTheNetworksOutputs() {
        MultiTaskIterator it = builder(1, 1).outputs(List.of("t1", "t0")).build();
        assertEquals(List.of("t1", "t0"), it.tasks());
        MultiDataSet first = it.next();
        assertEquals(100, first.getFeatures(0).getInt(0, 0));
        assertEquals(3, first.getLabels(0).size(1));
    }
}
