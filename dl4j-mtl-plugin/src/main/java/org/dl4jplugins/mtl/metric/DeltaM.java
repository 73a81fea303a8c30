package org.dl4jplugins.mtl.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The average relative gain of a multi-task network over single-task networks, in percent, as in
 * the tables of Recon (ICLR 2023, section 5.1): for task j with K criteria
 *
 * <pre>  delta m_j = 1/K sum_i (-1)^l_i (M_i - S_i) / S_i</pre>
 *
 * where M is the multi-task and S the single-task value and l_i = 1 when lower is better; delta m
 * is the mean over the tasks. Positive means better than single-task.
 */
public final class DeltaM {

    private DeltaM() {}

    /**
     * Mean over the tasks.
     *
     * @param multiTask scores of the network in question
     * @param singleTask scores of one network per task, on the same tasks and criteria
     * @return percent
     * @throws IllegalArgumentException if tasks, criteria or directions differ, or a single-task
     *     value is 0 or not finite
     */
    public static double percent(TaskScores multiTask, TaskScores singleTask) {
        return percentPerTask(multiTask, singleTask).values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    /** Percent for each task; parameters and errors as {@link #percent}. */
    public static Map<String, Double> percentPerTask(TaskScores multiTask, TaskScores singleTask) {
        singleTask.requireSameCriteria(multiTask);
        Map<String, Double> gains = new LinkedHashMap<>();
        singleTask
                .tasks()
                .forEach((task, base) -> gains.put(task, 100 * gain(task, multiTask, base)));
        return Collections.unmodifiableMap(gains);
    }

    private static double gain(String task, TaskScores multiTask, List<MetricValue> base) {
        double sum = 0;
        for (MetricValue single : base) {
            if (single.value() == 0 || !Double.isFinite(single.value())) {
                throw new IllegalArgumentException(
                        "Single-task value of '"
                                + single.name()
                                + "' of task '"
                                + task
                                + "' must be finite and other than 0, got "
                                + single.value());
            }
            double relative =
                    (multiTask.value(task, single.name()).value() - single.value())
                            / single.value();
            sum += single.lowerIsBetter() ? -relative : relative;
        }
        return sum / base.size();
    }
}
