package org.dl4jplugins.mtl.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.IMetric;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Scores every task of a network in one pass over the data. A task is an output of the network and
 * has that output's name; its criteria come from DL4J's evaluations or from this package's, with
 * the direction that the metric itself declares.
 *
 * <pre>{@code
 * TaskScores scores = new TaskEvaluator.Builder()
 *         .task("digit", new Evaluation(10), Evaluation.Metric.ACCURACY)
 *         .task("depth", new DepthEvaluation(), DepthEvaluation.Metric.ABSOLUTE_ERROR)
 *         .build()
 *         .evaluate(graph, test);
 * double gain = DeltaM.percent(scores, singleTaskScores);
 * }</pre>
 */
public final class TaskEvaluator {

    private record Criterion(IEvaluation<?> evaluation, List<IMetric> metrics) {}

    private final Map<String, List<Criterion>> tasks;

    private TaskEvaluator(Map<String, List<Criterion>> tasks) {
        this.tasks = tasks;
    }

    /** The tasks' names in the order they were given. */
    public List<String> tasks() {
        return List.copyOf(tasks.keySet());
    }

    /**
     * Scores the tasks on all of the data; the iterator is reset first. Labels are expected in the
     * order of the network's outputs. Outputs without a task are not scored.
     *
     * @throws IllegalArgumentException if a task is not an output of the network
     */
    public TaskScores evaluate(ComputationGraph graph, MultiDataSetIterator data) {
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        Map<Integer, IEvaluation<?>[]> evaluations = new HashMap<>();
        tasks.forEach(
                (task, criteria) -> {
                    int output = outputs.indexOf(task);
                    if (output < 0) {
                        throw new IllegalArgumentException(
                                "No task '" + task + "'; the network's outputs are " + outputs);
                    }
                    evaluations.put(
                            output,
                            criteria.stream()
                                    .map(criterion -> fresh(criterion.evaluation()))
                                    .toArray(IEvaluation<?>[]::new));
                });
        if (data.resetSupported()) {
            data.reset();
        }
        // Labels and inputs left from fit() would decide the batch size seen by preprocessors.
        graph.clear();
        graph.setLabels((INDArray[]) null);
        graph.evaluate(data, evaluations);
        Map<String, List<MetricValue>> scores = new LinkedHashMap<>();
        tasks.forEach(
                (task, criteria) -> {
                    List<MetricValue> values = new ArrayList<>();
                    for (int i = 0; i < criteria.size(); i++) {
                        IEvaluation<?> evaluation = evaluations.get(outputs.indexOf(task))[i];
                        for (IMetric metric : criteria.get(i).metrics()) {
                            values.add(
                                    new MetricValue(
                                            metric.toString(),
                                            evaluation.getValue(metric),
                                            metric.minimize()));
                        }
                    }
                    scores.put(task, values);
                });
        return new TaskScores(scores);
    }

    private static IEvaluation<?> fresh(IEvaluation<?> evaluation) {
        return evaluation.newInstance();
    }

    /** Tasks and their criteria. */
    public static final class Builder {

        private final Map<String, List<Criterion>> tasks = new LinkedHashMap<>();

        /**
         * Adds criteria to a task; call again with the same task for another evaluation.
         *
         * @param task name of the network's output
         * @param evaluation a pattern: every run uses a new instance of it
         * @param metrics what to ask of the evaluation, at least one
         * @throws IllegalArgumentException if there is no metric or one belongs to another
         *     evaluation
         */
        public Builder task(String task, IEvaluation<?> evaluation, IMetric... metrics) {
            if (metrics.length == 0) {
                throw new IllegalArgumentException("Task '" + task + "' needs a metric");
            }
            for (IMetric metric : metrics) {
                if (!metric.getEvaluationClass().isInstance(evaluation)) {
                    throw new IllegalArgumentException(
                            "Metric "
                                    + metric
                                    + " of task '"
                                    + task
                                    + "' is for "
                                    + metric.getEvaluationClass().getSimpleName()
                                    + ", not for "
                                    + evaluation.getClass().getSimpleName());
                }
            }
            tasks.computeIfAbsent(task, name -> new ArrayList<>())
                    .add(new Criterion(evaluation, List.of(metrics)));
            return this;
        }

        /**
         * The evaluator.
         *
         * @throws IllegalArgumentException if there is no task
         */
        public TaskEvaluator build() {
            if (tasks.isEmpty()) {
                throw new IllegalArgumentException("At least one task is needed");
            }
            return new TaskEvaluator(new LinkedHashMap<>(tasks));
        }
    }
}
