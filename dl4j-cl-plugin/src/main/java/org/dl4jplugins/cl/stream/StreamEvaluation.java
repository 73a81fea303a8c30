package org.dl4jplugins.cl.stream;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Scores a model on the tasks of a stream, in percent: the rows of an accuracy matrix. */
public final class StreamEvaluation {

    private final TaskStream stream;

    /**
     * @param stream the tasks
     */
    public StreamEvaluation(TaskStream stream) {
        this.stream = stream;
    }

    /**
     * Scores on the test data of all tasks, also of those that come later.
     *
     * @param graph the model
     * @param after index of the task learned last; before the stream -1
     * @return [task] in percent
     */
    public double[] row(ComputationGraph graph, int after) {
        double[] row = new double[stream.size()];
        for (int task = 0; task < row.length; task++) {
            row[task] = score(graph, task, after, stream.task(task).test(), Integer.MAX_VALUE);
        }
        return row;
    }

    /**
     * Mean score on the first validation examples of each task so far: what models are chosen by.
     *
     * @param graph the model
     * @param after index of the task that is learned
     * @param examples at most so many of each task
     * @return percent
     * @throws IllegalStateException if a task has no validation data
     */
    public double validation(ComputationGraph graph, int after, int examples) {
        double sum = 0;
        for (int task = 0; task <= after; task++) {
            TaskData data = stream.task(task).validation();
            if (data == null) {
                throw new IllegalStateException(
                        "Task '" + stream.task(task).name() + "' has no validation data");
            }
            sum += score(graph, task, after, data, examples);
        }
        return sum / (after + 1);
    }

    private double score(ComputationGraph graph, int task, int after, TaskData data, int atMost) {
        MultiDataSetIterator batches = data.open(0);
        double correct = 0;
        int count = 0;
        while (count < atMost && batches.hasNext()) {
            MultiDataSet batch = batches.next();
            int rows = Math.min(Rows.count(batch), atMost - count);
            if (rows < Rows.count(batch)) {
                batch = Rows.of(batch, IntStream.range(0, rows).toArray());
            }
            int width = (int) batch.getLabels(stream.output()).size(1);
            boolean[] allowed = stream.allowed(task, after, width);
            correct += stream.task(task).score().correct(graph, batch, stream.output(), allowed);
            count += rows;
        }
        if (count == 0) {
            throw new IllegalStateException(
                    "Task '" + stream.task(task).name() + "' has no examples to be scored on");
        }
        return 100 * correct / count;
    }
}
