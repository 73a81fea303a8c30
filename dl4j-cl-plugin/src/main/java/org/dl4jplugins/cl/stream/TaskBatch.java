package org.dl4jplugins.cl.stream;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Examples and the tasks they belong to.
 *
 * @param data the examples
 * @param tasks [examples] index of each one's task in the stream
 */
public record TaskBatch(MultiDataSet data, int[] tasks) {

    /**
     * @throws IllegalArgumentException if there is not one task per example
     */
    public TaskBatch {
        if (Rows.count(data) != tasks.length) {
            throw new IllegalArgumentException(
                    Rows.count(data) + " examples, but " + tasks.length + " tasks");
        }
    }

    /**
     * Examples of one task.
     *
     * @param data the examples
     * @param task index of their task
     */
    public static TaskBatch of(MultiDataSet data, int task) {
        int[] tasks = new int[Rows.count(data)];
        Arrays.fill(tasks, task);
        return new TaskBatch(data, tasks);
    }

    /**
     * Both batches as one.
     *
     * @param other examples that follow
     */
    public TaskBatch with(TaskBatch other) {
        return new TaskBatch(
                Rows.concat(List.of(data, other.data)),
                IntStream.concat(Arrays.stream(tasks), Arrays.stream(other.tasks)).toArray());
    }

    /** Number of examples. */
    public int size() {
        return tasks.length;
    }
}
