package org.dl4jplugins.cl.baseline;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Toy;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Streams of some of four classes on one head. */
final class Split {

    private Split() {}

    /** One task per row of classes; inputs permuted only if all tasks have all classes. */
    static TaskStream of(Scenario scenario, int examples, int batch, int[]... classes) {
        TaskStream.Builder stream = new TaskStream.Builder().scenario(scenario);
        for (int t = 0; t < classes.length; t++) {
            int permutation = scenario == Scenario.DOMAIN_INCREMENTAL ? t : 0;
            stream.add(
                    new Task.Builder("task " + t)
                            .classes(classes[t])
                            .train(
                                    TaskData.shuffled(
                                            only(permutation, classes[t], examples, 1), batch, 1))
                            .test(TaskData.inOrder(only(permutation, classes[t], 100, 2), 50))
                            .build());
        }
        return stream.build();
    }

    /** Example i has the class i modulo 4. */
    private static MultiDataSet only(int permutation, int[] classes, int examples, long seed) {
        int wanted = examples * 4 / classes.length;
        int[] rows =
                IntStream.range(0, wanted)
                        .filter(i -> Arrays.binarySearch(classes, i % 4) >= 0)
                        .toArray();
        return Rows.of(Toy.data(permutation, wanted, seed), rows);
    }
}
