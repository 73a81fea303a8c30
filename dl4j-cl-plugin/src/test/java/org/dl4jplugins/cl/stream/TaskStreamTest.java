package org.dl4jplugins.cl.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class TaskStreamTest {

    private final MultiDataSet first = data(0, 1);
    private final MultiDataSet second = data(3, 2);

    @Test
    void masksOfEachScenario() {
        TaskBatch both = TaskBatch.of(first, 0).with(TaskBatch.of(second, 1));
        assertMask(split(Scenario.TASK_INCREMENTAL), both, 1, "1100 1100 0011 0011");
        assertMask(split(Scenario.CLASS_INCREMENTAL), both, 1, "1111 1111 1111 1111");
        TaskBatch old = TaskBatch.of(first, 0);
        assertMask(split(Scenario.CLASS_INCREMENTAL), old, 0, "1100 1100");
        TaskStream domain =
                new TaskStream.Builder()
                        .add(task("a", first).build())
                        .add(task("b", second).build())
                        .build();
        assertSame(first, domain.masked(old, 0));
    }

    @Test
    void masksMeetThoseOfTheData() {
        MultiDataSet masked = first.copy();
        masked.setLabelsMaskArray(new INDArray[] {Nd4j.createFromArray(new double[][] {{0}, {1}})});
        INDArray mask =
                split(Scenario.TASK_INCREMENTAL)
                        .masked(TaskBatch.of(masked, 0), 0)
                        .getLabelsMaskArray(0);
        assertArrayEquals(new double[] {0, 0, 0, 0, 1, 1, 0, 0}, mask.ravel().toDoubleVector());
    }

    @Test
    void ordersByNameAndSeed() {
        TaskStream.Builder builder = new TaskStream.Builder();
        for (String name : List.of("a", "b", "c", "d", "e")) {
            builder.add(task(name, first).build());
        }
        assertEquals(
                List.of("e", "d", "a", "b", "c"),
                builder.order("e", "d", "a", "b", "c").build().names());
        assertThrows(IllegalArgumentException.class, () -> builder.order("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> builder.order("a", "b", "c", "d", "d"));
        List<String> shuffled = builder.order("a", "b", "c", "d", "e").shuffle(3).build().names();
        assertEquals(shuffled, builder.order("a", "b", "c", "d", "e").shuffle(3).build().names());
        assertTrue(!shuffled.equals(List.of("a", "b", "c", "d", "e")));
    }

    @Test
    void labelsThatDoNotFitAreRefused() {
        TaskStream.Builder shared =
                new TaskStream.Builder()
                        .add(task("a", first).classes(0, 1).build())
                        .add(task("b", second).classes(2, 3).build());
        String message = assertThrows(IllegalArgumentException.class, shared::build).getMessage();
        assertTrue(message.contains("without masks"), message);
        TaskStream.Builder none =
                new TaskStream.Builder()
                        .scenario(Scenario.CLASS_INCREMENTAL)
                        .add(task("a", first).build());
        assertThrows(IllegalArgumentException.class, none::build);
        TaskStream split = split(Scenario.TASK_INCREMENTAL);
        assertThrows(
                IllegalArgumentException.class, () -> split.masked(TaskBatch.of(second, 0), 0));
        assertThrows(IllegalArgumentException.class, () -> task("a", first).classes(1, 1).build());
        assertThrows(IllegalArgumentException.class, () -> new Task.Builder("a").build());
        assertThrows(IllegalArgumentException.class, new TaskStream.Builder()::build);
    }

    @Test
    void shuffledDataAreTheSameInTheSameEpoch() {
        MultiDataSet all = new MultiDataSet(Nd4j.arange(20).reshape(20, 1), Nd4j.zeros(20, 2));
        TaskData data = TaskData.shuffled(all, 8, 4);
        var one = data.open(1);
        var again = data.open(1);
        double sum = 0;
        int batches = 0;
        while (one.hasNext()) {
            var batch = one.next();
            assertEquals(batch, again.next());
            sum += batch.getFeatures(0).sumNumber().doubleValue();
            batches++;
        }
        assertEquals(190, sum);
        assertEquals(3, batches);
        assertTrue(!data.open(0).next().equals(data.open(1).next()));
    }

    @Test
    void examplesOfDifferentLengthsArePadded() {
        MultiDataSet few = sequence(2);
        MultiDataSet many = sequence(3);
        var both = Rows.concat(List.of(few, many));
        assertArrayEquals(new long[] {2, 3}, both.getFeatures(0).shape());
        assertArrayEquals(
                new double[] {1, 1, 0, 1, 1, 1},
                both.getFeaturesMaskArray(0).ravel().toDoubleVector());
        few.setFeaturesMaskArrays(null);
        many.setFeaturesMaskArrays(null);
        assertThrows(IllegalArgumentException.class, () -> Rows.concat(List.of(few, many)));
    }

    @Test
    void exactMatchForgivesCaseAndSpace() {
        MultiDataSet batch = data(0, 1);
        batch.setExampleMetaData(List.of("World", "Sports"));
        TaskScore score = new ExactMatch((graph, b) -> List.of(" world\n", "sport"));
        assertEquals(1, score.correct(null, batch, 0, null));
        assertThrows(IllegalArgumentException.class, () -> score.correct(null, first, 0, null));
    }

    private TaskStream split(Scenario scenario) {
        return new TaskStream.Builder()
                .scenario(scenario)
                .add(task("a", first).classes(1, 0).build())
                .add(task("b", second).classes(2, 3).build())
                .build();
    }

    private static Task.Builder task(String name, MultiDataSet data) {
        return new Task.Builder(name)
                .train(TaskData.inOrder(data, 2))
                .test(TaskData.inOrder(data, 2));
    }

    private static MultiDataSet data(int... classes) {
        double[][] labels = new double[classes.length][4];
        for (int i = 0; i < classes.length; i++) {
            labels[i][classes[i]] = 1;
        }
        return new MultiDataSet(Nd4j.ones(classes.length, 3), Nd4j.createFromArray(labels));
    }

    private static MultiDataSet sequence(int length) {
        return new MultiDataSet(Nd4j.ones(1, length), Nd4j.ones(1, 2), Nd4j.ones(1, length), null);
    }

    private static void assertMask(TaskStream stream, TaskBatch batch, int current, String rows) {
        double[] expected = rows.replace(" ", "").chars().mapToDouble(c -> c - '0').toArray();
        assertArrayEquals(
                expected,
                stream.masked(batch, current).getLabelsMaskArray(0).ravel().toDoubleVector());
    }
}
