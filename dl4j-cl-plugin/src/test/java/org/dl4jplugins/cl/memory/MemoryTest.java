package org.dl4jplugins.cl.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.stream.TaskData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class MemoryTest {

    private final SplittableRandom random = new SplittableRandom(1);

    /** The published code keeps 20 of 1000, 5 of 250, 8 of 400; and at least one per class. */
    @ParameterizedTest
    @CsvSource({"1000, 4, 20", "250, 3, 5", "400, 2, 8", "30, 10, 10", "3, 3, 3", "1, 1, 1"})
    void fractionKeepsTwoPercentOfEachTask(int size, int classes, int expected) {
        Memory memory = new FractionMemory();
        memory.add(0, data(size, classes), random);
        memory.add(1, data(size, classes), random);
        assertEquals(expected, memory.count(0));
        assertEquals(expected, memory.count(1));
        var perClass =
                memory.examples().stream()
                        .filter(e -> e.task() == 1)
                        .collect(
                                Collectors.groupingBy(
                                        Example::label, TreeMap::new, Collectors.counting()));
        assertEquals(classes, perClass.size());
        long most = perClass.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        long least = perClass.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        assertEquals(expected % classes == 0 ? 0 : 1, most - least);
        assertEquals(
                expected,
                memory.examples().stream()
                        .filter(e -> e.task() == 0)
                        .map(e -> e.data().getFeatures(0).getDouble(0))
                        .distinct()
                        .count());
    }

    @Test
    void placesThatSmallGroupsCannotFillGoToOthers() {
        assertArrayEquals(new int[] {2, 4, 4}, Quota.share(10, 2, 9, 9));
        assertArrayEquals(new int[] {4, 3, 3}, Quota.share(10, 9, 9, 9));
        assertArrayEquals(new int[] {1, 1, 0}, Quota.share(2, 9, 9, 9));
        assertArrayEquals(new int[] {1, 2}, Quota.share(10, 1, 2));
        assertArrayEquals(new int[] {0, 3}, Quota.share(3, 0, 5));
        assertArrayEquals(new int[] {}, Quota.share(3));
    }

    @Test
    void ringSharesPlacesAndKeepsTheLast() {
        Memory memory = new RingMemory(5);
        memory.add(0, data(10, 2), random);
        assertEquals(5, memory.count(0));
        memory.add(1, data(2, 2), random);
        assertEquals(3, memory.count(0));
        assertEquals(2, memory.count(1));
        assertEquals(7, memory.examples().get(0).data().getFeatures(0).getDouble(0));
        for (int task = 2; task < 8; task++) {
            memory.add(task, data(10, 2), random);
        }
        assertEquals(5, memory.examples().size());
        for (int task = 0; task < 8; task++) {
            assertEquals(task < 5 ? 1 : 0, memory.count(task), "task " + task);
        }
    }

    @Test
    void reservoirGivesEveryExampleTheSameChance() {
        int[] kept = new int[2];
        for (int trial = 0; trial < 60; trial++) {
            Memory memory = new ReservoirMemory(10);
            memory.add(0, data(30, 1), random);
            memory.add(1, data(10, 1), random);
            assertEquals(10, memory.examples().size());
            kept[0] += memory.count(0);
            kept[1] += memory.count(1);
        }
        assertEquals(450, kept[0], 45);
        Memory few = new ReservoirMemory(10);
        few.add(0, data(3, 1), random);
        assertEquals(3, few.count(0));
    }

    @Test
    void drawsDifferentExamplesAsLongAsThereAreEnough() {
        Memory memory = new FractionMemory(1, false);
        memory.add(4, data(6, 2), random);
        TaskBatch batch = memory.draw(6, random);
        assertEquals(15, batch.data().getFeatures(0).sumNumber().intValue());
        assertArrayEquals(new int[] {4, 4, 4, 4, 4, 4}, batch.tasks());
        assertEquals(30, memory.draw(12, random).data().getFeatures(0).sumNumber().intValue());
        assertThrows(IllegalArgumentException.class, () -> memory.draw(0, random));
        assertThrows(IllegalStateException.class, () -> new FractionMemory().draw(1, random));
        assertThrows(IllegalArgumentException.class, () -> new FractionMemory(0, true));
        assertThrows(IllegalArgumentException.class, () -> new RingMemory(0));
        assertThrows(IllegalArgumentException.class, () -> new ReservoirMemory(0));
    }

    @Test
    void aReservoirMayFillWhileTraining() {
        Memory memory = new ReservoirMemory(6, true);
        data(20, 2).open(0).forEachRemaining(batch -> memory.observe(3, batch, random));
        assertEquals(6, memory.count(3));
        memory.add(3, data(20, 2), random);
        memory.observe(4, data(2, 2).open(0).next(), random);
        assertEquals(6, memory.examples().size());
        assertEquals("reservoir 6 while training", memory.describe());
        Memory other = new RingMemory(5);
        other.observe(0, data(5, 2).open(0).next(), random);
        assertEquals(0, other.examples().size());
        assertThrows(IllegalStateException.class, () -> memory.draw(1, random, task -> task == 0));
    }

    @Test
    void savedAndRestoredItGoesOnAsIfNothingHadHappened() throws Exception {
        Memory memory = new ReservoirMemory(5);
        memory.add(0, data(20, 3), new SplittableRandom(3));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.keepLogits(batch -> batch.getFeatures(0).mul(2));
        memory.save(new DataOutputStream(bytes));
        Memory copy = new ReservoirMemory(5);
        copy.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        memory.add(1, data(20, 3), new SplittableRandom(4));
        copy.add(1, data(20, 3), new SplittableRandom(4));
        assertEquals(memory.examples(), copy.examples());
        for (Example e : copy.examples()) {
            INDArray expected = e.task() == 0 ? e.data().getFeatures(0).mul(2) : null;
            assertEquals(expected, e.logits());
        }
        assertEquals(
                memory.draw(3, new SplittableRandom(5)).data(),
                copy.draw(3, new SplittableRandom(5)).data());
    }

    /** Example i has the features {i} and the class i modulo classes. */
    private static TaskData data(int size, int classes) {
        INDArray x = Nd4j.arange(size).castTo(Nd4j.dataType()).reshape(size, 1);
        double[][] y = new double[size][Math.max(2, classes)];
        for (int i = 0; i < size; i++) {
            y[i][i % classes] = 1;
        }
        return TaskData.inOrder(new MultiDataSet(x, Nd4j.createFromArray(y)), 7);
    }
}
