package org.dl4jplugins.cl.stream;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Scores a model on the tasks of a stream, in percent: the rows of an accuracy matrix. */
public final class StreamEvaluation {

    /** Is told which task a model is scored on, for models that are told the task. */
    public interface Scoring {

        /**
         * Called before each score.
         *
         * @param task index of the task whose examples come
         */
        void before(int task);

        /**
         * Called after each score, also one that failed.
         *
         * @param task index of the task whose examples came
         */
        void after(int task);
    }

    private final TaskStream stream;
    private final Scoring scoring;

    /**
     * Of models that do not know the task.
     *
     * @param stream the tasks
     */
    public StreamEvaluation(TaskStream stream) {
        this(
                stream,
                new Scoring() {
                    @Override
                    public void before(int task) {}

                    @Override
                    public void after(int task) {}
                });
    }

    /**
     * @param stream the tasks
     * @param scoring is told the task of each score
     */
    public StreamEvaluation(TaskStream stream, Scoring scoring) {
        this.stream = stream;
        this.scoring = scoring;
    }

    /**
     * Scores on the test data of all tasks, also of those that come later.
     *
     * @param graph the model
     * @param after index of the task learned last; before the stream -1
     * @return [task] in percent
     */
    public double[] row(ComputationGraph graph, int after) {
        return row(graph, after, stream.size());
    }

    /**
     * Scores on the test data of the first tasks.
     *
     * @param graph the model
     * @param after index of the task learned last; before the stream -1
     * @param tasks how many; more than there are stands for all
     * @return [task] in percent, NaN for the others
     */
    public double[] row(ComputationGraph graph, int after, int tasks) {
        double[] row = new double[stream.size()];
        Arrays.fill(row, Double.NaN);
        for (int task = 0; task < Math.min(row.length, tasks); task++) {
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
        scoring.before(task);
        try {
            return percent(graph, task, after, data, atMost);
        } finally {
            scoring.after(task);
        }
    }

    private double percent(ComputationGraph graph, int task, int after, TaskData data, int atMost) {
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
