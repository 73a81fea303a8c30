package org.dl4jplugins.mtl.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.serde.json.JsonMappers;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/** What each task scored on its criteria, tasks and criteria in a fixed order. Immutable. */
public final class TaskScores {

    private final Map<String, List<MetricValue>> tasks;

    /**
     * @param tasks task name to its criteria, in the order to keep
     * @throws IllegalArgumentException if there is no task, or a task has no criterion or one twice
     */
    @JsonCreator
    public TaskScores(@JsonProperty("tasks") Map<String, List<MetricValue>> tasks) {
        if (tasks == null || tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks must not be empty");
        }
        Map<String, List<MetricValue>> copy = new LinkedHashMap<>();
        tasks.forEach(
                (task, values) -> {
                    long different = values.stream().map(MetricValue::name).distinct().count();
                    if (values.isEmpty() || different < values.size()) {
                        throw new IllegalArgumentException(
                                "Task '"
                                        + task
                                        + "' needs criteria with different names, got "
                                        + values);
                    }
                    copy.put(task, List.copyOf(values));
                });
        this.tasks = Collections.unmodifiableMap(copy);
    }

    /** Task name to its criteria. */
    @JsonProperty("tasks")
    public Map<String, List<MetricValue>> tasks() {
        return tasks;
    }

    /**
     * The criteria of one task.
     *
     * @throws IllegalArgumentException if there is no such task
     */
    public List<MetricValue> task(String task) {
        List<MetricValue> values = tasks.get(task);
        if (values == null) {
            throw new IllegalArgumentException(
                    "No task '" + task + "'; the tasks are " + tasks.keySet());
        }
        return values;
    }

    /**
     * One criterion of one task.
     *
     * @throws IllegalArgumentException if there is no such task or criterion
     */
    public MetricValue value(String task, String metric) {
        return task(task).stream()
                .filter(value -> value.name().equals(metric))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Task '"
                                                + task
                                                + "' has no criterion '"
                                                + metric
                                                + "'; it has "
                                                + task(task)));
    }

    /**
     * The mean of several runs, criterion by criterion, such as three seeds.
     *
     * @throws IllegalArgumentException if there is no run or the runs differ in tasks or criteria
     */
    public static TaskScores mean(List<TaskScores> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("runs must not be empty");
        }
        Map<String, List<MetricValue>> means = new LinkedHashMap<>();
        TaskScores first = runs.get(0);
        for (TaskScores run : runs) {
            first.requireSameCriteria(run);
        }
        first.tasks.forEach(
                (task, values) -> {
                    List<MetricValue> mean = new ArrayList<>();
                    for (MetricValue value : values) {
                        double sum = 0;
                        for (TaskScores run : runs) {
                            sum += run.value(task, value.name()).value();
                        }
                        mean.add(
                                new MetricValue(
                                        value.name(), sum / runs.size(), value.lowerIsBetter()));
                    }
                    means.put(task, mean);
                });
        return new TaskScores(means);
    }

    /** Throws IllegalArgumentException unless tasks, criteria and directions are the same. */
    void requireSameCriteria(TaskScores other) {
        if (!tasks.keySet().equals(other.tasks.keySet())) {
            throw new IllegalArgumentException(
                    "Different tasks: " + tasks.keySet() + " and " + other.tasks.keySet());
        }
        tasks.forEach(
                (task, values) -> {
                    if (other.task(task).size() != values.size()) {
                        throw new IllegalArgumentException(
                                "Task '"
                                        + task
                                        + "' has different criteria: "
                                        + values
                                        + " and "
                                        + other.task(task));
                    }
                    for (MetricValue value : values) {
                        if (other.value(task, value.name()).lowerIsBetter()
                                != value.lowerIsBetter()) {
                            throw new IllegalArgumentException(
                                    "Criterion '"
                                            + value.name()
                                            + "' of task '"
                                            + task
                                            + "' has two directions");
                        }
                    }
                });
    }

    /** As JSON: {@code {"tasks": {task: [{"name", "value", "lowerIsBetter"}]}}}. */
    public String toJson() {
        try {
            return JsonMappers.getMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + this, e);
        }
    }

    /**
     * Reads {@link #toJson()}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static TaskScores fromJson(String json) {
        try {
            return JsonMappers.getMapper().readValue(json, TaskScores.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not task scores: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskScores scores && tasks.equals(scores.tasks);
    }

    @Override
    public int hashCode() {
        return tasks.hashCode();
    }

    @Override
    public String toString() {
        return tasks.toString();
    }
}
