package org.dl4jplugins.mtl.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.scoring.util.ScoreUtil;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.arbiter.DataSources;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Scores a network by what its tasks reach on the test data, compared with single-task networks.
 * More is better.
 */
public abstract class TaskScoreFunction implements ScoreFunction {

    private final String singleTask;
    private final String evaluator;

    /**
     * A score function.
     *
     * @param singleTask what one network per task reached
     * @param evaluator a class with a public constructor without arguments that says which criteria
     *     to use; null for the accuracy of every task
     */
    protected TaskScoreFunction(
            TaskScores singleTask, Class<? extends Supplier<TaskEvaluator>> evaluator) {
        this(
                Objects.requireNonNull(singleTask, "singleTask").toJson(),
                evaluator == null ? null : evaluator.getName());
        if (evaluator != null) {
            evaluator(List.of());
        }
    }

    /** For JSON: both as text, as scores and classes are not serializable by themselves. */
    TaskScoreFunction(String singleTask, String evaluator) {
        this.singleTask = singleTask;
        this.evaluator = evaluator;
    }

    /**
     * The score from the tasks' results.
     *
     * @param multiTask what the network reached
     * @param single what one network per task reached
     * @return the score, more is better
     */
    protected abstract double score(TaskScores multiTask, TaskScores single);

    /**
     * What the tasks of a network reach.
     *
     * @param graph the network
     * @param data the test data, which is reset first
     * @return the tasks' results
     */
    public TaskScores evaluate(ComputationGraph graph, MultiDataSetIterator data) {
        return evaluator(graph.getConfiguration().getNetworkOutputs()).evaluate(graph, data);
    }

    private TaskEvaluator evaluator(List<String> tasks) {
        if (evaluator == null) {
            TaskEvaluator.Builder builder = new TaskEvaluator.Builder();
            tasks.forEach(t -> builder.task(t, new Evaluation(), Evaluation.Metric.ACCURACY));
            return builder.build();
        }
        try {
            Object made = Class.forName(evaluator).getConstructor().newInstance();
            return (TaskEvaluator) ((Supplier<?>) made).get();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "evaluator: "
                            + evaluator
                            + " given, right is a public class with a public constructor without"
                            + " arguments",
                    e);
        }
    }

    private double score(Object model, Object testData) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    "Only a ComputationGraph has several tasks, given is a "
                            + model.getClass().getName());
        }
        double score =
                score(
                        evaluate(graph, ScoreUtil.getMultiIterator(testData)),
                        TaskScores.fromJson(singleTask));
        if (!Double.isFinite(score)) {
            throw new IllegalStateException("The network's score is " + score);
        }
        return score;
    }

    @Override
    @SuppressWarnings("deprecation")
    public double score(
            Object model, DataProvider dataProvider, Map<String, Object> dataParameters) {
        return score(model, dataProvider.testData(dataParameters));
    }

    @Override
    public double score(
            Object model, Class<? extends DataSource> dataSource, Properties properties) {
        return score(model, DataSources.create(dataSource, properties).testData());
    }

    @Override
    public boolean minimize() {
        return false;
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
        return List.of(ComputationGraph.class);
    }

    @Override
    public List<Class<?>> getSupportedDataTypes() {
        return List.of(MultiDataSetIterator.class);
    }

    @Override
    public boolean equals(Object other) {
        return other != null
                && other.getClass() == getClass()
                && singleTask.equals(((TaskScoreFunction) other).singleTask)
                && Objects.equals(evaluator, ((TaskScoreFunction) other).evaluator);
    }

    @Override
    public int hashCode() {
        return Objects.hash(singleTask, evaluator);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " against " + singleTask;
    }
}
