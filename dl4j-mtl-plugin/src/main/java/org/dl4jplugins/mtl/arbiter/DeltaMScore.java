package org.dl4jplugins.mtl.arbiter;

import java.util.function.Supplier;
import org.dl4jplugins.mtl.metric.DeltaM;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Delta-m in percent, the mean over the tasks of the gain over single-task networks. */
public final class DeltaMScore extends TaskScoreFunction {

    /**
     * Judges tasks by their accuracy.
     *
     * @param singleTask what one network per task reached
     */
    public DeltaMScore(TaskScores singleTask) {
        this(singleTask, null);
    }

    /**
     * Judges tasks by given criteria.
     *
     * @param singleTask what one network per task reached on these criteria
     * @param evaluator a public class with a public constructor without arguments that gives the
     *     criteria
     */
    public DeltaMScore(TaskScores singleTask, Class<? extends Supplier<TaskEvaluator>> evaluator) {
        super(singleTask, evaluator);
    }

    @JsonCreator
    DeltaMScore(
            @JsonProperty("singleTask") String singleTask,
            @JsonProperty("evaluator") String evaluator) {
        super(singleTask, evaluator);
    }

    @Override
    protected double score(TaskScores multiTask, TaskScores single) {
        return DeltaM.percent(multiTask, single);
    }
}
