package org.dl4jplugins.cl.metric;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.nd4j.serde.json.JsonMappers;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/**
 * The accuracies a[k][i] on task i after training on tasks 0 to k, in the order of the stream; all
 * metrics of continual learning derive from it. Immutable. Values have the unit that was put in
 * (fractions or percent); so do all metrics. A value that was not measured is NaN.
 *
 * <p>With K tasks, and b[i] the accuracy of the randomly initialized (or merely pre-trained) model
 * before the stream:
 *
 * <ul>
 *   <li>OP, overall performance: mean of a[K-1][i] over all i
 *   <li>BWT, backward transfer: mean of a[K-1][i] - a[i][i] over i &lt; K-1 (Lopez-Paz and Ranzato,
 *       2017)
 *   <li>forgetting: mean over i &lt; K-1 of the highest a[k][i], i &le; k &lt; K-1, minus a[K-1][i]
 *       (Chaudhry et al., 2018)
 *   <li>FWT, forward transfer: mean of a[i-1][i] - b[i] over i &gt; 0 (Lopez-Paz and Ranzato, 2017)
 *   <li>AAA, average anytime accuracy: mean over k of the accuracy on the tasks seen so far, which
 *       is the mean of a[k][i] over i &le; k (Caccia et al., 2020)
 * </ul>
 */
public final class AccuracyMatrix {

    private final List<String> tasks;
    private final double[][] rows;
    private final double[] initial;

    private AccuracyMatrix(List<String> tasks, double[][] rows, double[] initial) {
        this.tasks = tasks;
        this.rows = rows;
        this.initial = initial;
    }

    /**
     * A matrix without any row.
     *
     * @param tasks names in the order of the stream
     * @throws IllegalArgumentException if there is no task or a name comes twice
     */
    public static AccuracyMatrix of(List<String> tasks) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks must not be empty");
        }
        if (new LinkedHashSet<>(tasks).size() < tasks.size()) {
            throw new IllegalArgumentException("tasks must have different names, got " + tasks);
        }
        return new AccuracyMatrix(List.copyOf(tasks), new double[0][], null);
    }

    /**
     * A matrix with the next row.
     *
     * @param accuracies [task] after training on one more task, NaN where not measured
     * @return this matrix and the row
     * @throws IllegalArgumentException if there is not one value per task, or the task just learned
     *     was not measured
     * @throws IllegalStateException if all tasks have a row
     */
    public AccuracyMatrix with(double... accuracies) {
        if (complete()) {
            throw new IllegalStateException("All " + tasks.size() + " tasks have a row");
        }
        requireLength(accuracies, "accuracies");
        if (Double.isNaN(accuracies[rows.length])) {
            throw new IllegalArgumentException(
                    "accuracies[" + rows.length + "], of the task just learned, must be a number");
        }
        double[][] more = Arrays.copyOf(rows, rows.length + 1);
        more[rows.length] = accuracies.clone();
        return new AccuracyMatrix(tasks, more, initial);
    }

    /**
     * A matrix with the accuracies before the stream, which forward transfer needs.
     *
     * @param accuracies [task] of the model before any training
     * @return this matrix and the accuracies
     * @throws IllegalArgumentException if there is not one value per task
     */
    public AccuracyMatrix withInitial(double... accuracies) {
        requireLength(accuracies, "accuracies");
        return new AccuracyMatrix(tasks, rows, accuracies.clone());
    }

    /** Names of the tasks in the order of the stream. */
    @JsonProperty("tasks")
    public List<String> tasks() {
        return tasks;
    }

    /** The accuracies [tasks learned so far, task]. */
    @JsonProperty("rows")
    public double[][] rows() {
        return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    }

    /** The accuracies [task] before the stream, null if they were not given. */
    @JsonProperty("initial")
    public double[] initial() {
        return initial == null ? null : initial.clone();
    }

    /** Whether every task has been learned. */
    public boolean complete() {
        return rows.length == tasks.size();
    }

    /**
     * Accuracy on a task at some time.
     *
     * @param after index of the task learned last
     * @param task index of the task tested
     * @return the value, NaN if it was not measured
     */
    public double accuracy(int after, int task) {
        return rows[after][task];
    }

    /**
     * Mean accuracy on the tasks seen so far.
     *
     * @param after index of the task learned last
     * @throws IllegalStateException if one of the values was not measured
     */
    public double seenAccuracy(int after) {
        return mean(0, after + 1, i -> measured(after, i));
    }

    /**
     * OP: mean accuracy on all tasks after the last.
     *
     * @throws IllegalStateException if the stream has not ended or a value was not measured
     */
    public double overallPerformance() {
        return seenAccuracy(last());
    }

    /**
     * BWT: what training on later tasks changed, negative if it made them worse.
     *
     * @throws IllegalStateException if there is one task only, the stream has not ended or a value
     *     was not measured
     */
    public double backwardTransfer() {
        int last = several();
        return mean(0, last, i -> measured(last, i) - measured(i, i));
    }

    /**
     * Forgetting: the best accuracy ever minus the last, positive if something was forgotten.
     *
     * @throws IllegalStateException as for {@link #backwardTransfer()}
     */
    public double forgetting() {
        int last = several();
        return mean(
                0,
                last,
                i ->
                        IntStream.range(i, last)
                                        .mapToDouble(k -> measured(k, i))
                                        .max()
                                        .orElseThrow()
                                - measured(last, i));
    }

    /**
     * FWT: what training on earlier tasks gave to a task before its own training.
     *
     * @throws IllegalStateException if there is one task only, or a value before a task's own
     *     training or before the stream is missing
     */
    public double forwardTransfer() {
        several();
        if (initial == null) {
            throw new IllegalStateException(
                    "Forward transfer needs the accuracies before the stream: withInitial(...)");
        }
        return mean(1, tasks.size(), i -> measured(i - 1, i) - finite(initial[i], "initial", i));
    }

    /**
     * AAA: {@link #seenAccuracy} averaged over the stream so far.
     *
     * @throws IllegalStateException if no task has been learned or a value was not measured
     */
    public double averageAnytimeAccuracy() {
        if (rows.length == 0) {
            throw new IllegalStateException("No task has been learned");
        }
        return mean(0, rows.length, this::seenAccuracy);
    }

    /** As JSON: {@code {"tasks": [..], "rows": [[..]], "initial": [..] or null}}. */
    public String toJson() {
        try {
            return JsonMappers.getMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot write " + tasks, e);
        }
    }

    /**
     * Reads {@link #toJson()}.
     *
     * @throws IllegalArgumentException if the text is not such a matrix
     */
    public static AccuracyMatrix fromJson(String json) {
        try {
            return JsonMappers.getMapper().readValue(json, AccuracyMatrix.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not an accuracy matrix: " + e.getMessage(), e);
        }
    }

    /** As CSV: a header, the row {@code before} if there is one, and a row per task learned. */
    public String toCsv() {
        StringBuilder csv = new StringBuilder("after");
        tasks.forEach(task -> csv.append(',').append(quoted(task)));
        csv.append('\n');
        if (initial != null) {
            row(csv, "before", initial);
        }
        for (int k = 0; k < rows.length; k++) {
            row(csv, tasks.get(k), rows[k]);
        }
        return csv.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccuracyMatrix matrix
                && tasks.equals(matrix.tasks)
                && Arrays.deepEquals(rows, matrix.rows)
                && Arrays.equals(initial, matrix.initial);
    }

    @Override
    public int hashCode() {
        return 31 * tasks.hashCode() + Arrays.deepHashCode(rows);
    }

    @Override
    public String toString() {
        return toCsv();
    }

    @JsonCreator
    static AccuracyMatrix read(
            @JsonProperty("tasks") List<String> tasks,
            @JsonProperty("rows") double[][] rows,
            @JsonProperty("initial") double[] initial) {
        if (tasks == null || rows == null) {
            throw new IllegalArgumentException("tasks and rows must be given");
        }
        AccuracyMatrix matrix = of(tasks);
        for (double[] row : rows) {
            matrix = matrix.with(row);
        }
        return initial == null ? matrix : matrix.withInitial(initial);
    }

    private static void row(StringBuilder csv, String name, double[] values) {
        csv.append(quoted(name));
        for (double value : values) {
            csv.append(',');
            if (!Double.isNaN(value)) {
                csv.append(value);
            }
        }
        csv.append('\n');
    }

    private static String quoted(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static double mean(int from, int to, IntToDoubleFunction value) {
        return IntStream.range(from, to).mapToDouble(value).sum() / (to - from);
    }

    private double measured(int after, int task) {
        return finite(rows[after][task], "after " + tasks.get(after), task);
    }

    private double finite(double value, String when, int task) {
        if (Double.isNaN(value)) {
            throw new IllegalStateException(
                    "The accuracy on '" + tasks.get(task) + "' was not measured (" + when + ")");
        }
        return value;
    }

    private int last() {
        if (!complete()) {
            throw new IllegalStateException(
                    "The stream has not ended: " + rows.length + " of " + tasks.size() + " tasks");
        }
        return rows.length - 1;
    }

    private int several() {
        if (tasks.size() < 2) {
            throw new IllegalStateException("Transfer needs at least two tasks, got " + tasks);
        }
        return last();
    }

    private void requireLength(double[] values, String name) {
        if (values.length != tasks.size()) {
            throw new IllegalArgumentException(
                    name
                            + " must have one value per task ("
                            + tasks.size()
                            + "), got "
                            + values.length);
        }
    }
}
