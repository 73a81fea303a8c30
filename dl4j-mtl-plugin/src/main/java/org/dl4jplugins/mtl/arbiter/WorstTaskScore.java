package org.dl4jplugins.mtl.arbiter;

import java.util.function.Supplier;
import org.dl4jplugins.mtl.metric.DeltaM;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The gain over its single-task network, in percent, of the task that gains least: delta-m is a
 * mean and may hide a task that pays for the others.
 */
public final class WorstTaskScore extends TaskScoreFunction {

    /**
     * Judges tasks by their accuracy.
     *
     * @param singleTask what one network per task reached
     */
    public WorstTaskScore(TaskScores singleTask) {
        this(singleTask, null);
    }

    /**
     * Judges tasks by given criteria.
     *
     * @param singleTask what one network per task reached on these criteria
     * @param evaluator a public class with a public constructor without arguments that gives the
     *     criteria
     */
    public WorstTaskScore(
            TaskScores singleTask, Class<? extends Supplier<TaskEvaluator>> evaluator) {
        super(singleTask, evaluator);
    }

    @JsonCreator
    WorstTaskScore(
            @JsonProperty("singleTask") String singleTask,
            @JsonProperty("evaluator") String evaluator) {
        super(singleTask, evaluator);
    }

    @Override
    protected double score(TaskScores multiTask, TaskScores single) {
        return DeltaM.percentPerTask(multiTask, single).values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElseThrow();
    }
}
