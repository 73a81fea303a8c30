package org.dl4jplugins.cl.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tasks in the order in which they are learned, and which outputs compete when. Immutable.
 *
 * <p>Masks reach a model as label masks [batch, classes]; the output layer needs a loss that obeys
 * them, such as {@link ClassMaskedLoss}.
 */
public final class TaskStream {

    private final List<Task> tasks;
    private final Scenario scenario;
    private final int output;

    private TaskStream(Builder builder) {
        this.tasks = List.copyOf(builder.tasks);
        this.scenario = builder.scenario;
        this.output = builder.output;
    }

    /** The tasks in their order. */
    public List<Task> tasks() {
        return tasks;
    }

    /**
     * A task.
     *
     * @param index its place in the order, from 0
     */
    public Task task(int index) {
        return tasks.get(index);
    }

    /** Number of tasks. */
    public int size() {
        return tasks.size();
    }

    /** The tasks' names in their order. */
    public List<String> names() {
        return tasks.stream().map(Task::name).toList();
    }

    /** What a model is told about tasks. */
    public Scenario scenario() {
        return scenario;
    }

    /** Index of the output that is scored and masked. */
    public int output() {
        return output;
    }

    /**
     * The outputs that compete for an example.
     *
     * @param task index of the example's task
     * @param current index of the task learned last
     * @param width number of classes of the output
     * @return [classes], null for all
     * @throws IllegalArgumentException if a task has a class beyond the output's
     */
    public boolean[] allowed(int task, int current, int width) {
        if (scenario == Scenario.DOMAIN_INCREMENTAL) {
            return null;
        }
        boolean[] allowed = new boolean[width];
        boolean alone = scenario == Scenario.TASK_INCREMENTAL;
        for (int t = alone ? task : 0; t <= (alone ? task : Math.max(task, current)); t++) {
            for (int c : tasks.get(t).classes()) {
                if (c >= width) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "Task '%s' has class %d, but the labels have %d classes",
                                    tasks.get(t).name(), c, width));
                }
                allowed[c] = true;
            }
        }
        return allowed;
    }

    /**
     * A batch with masks on the outputs that do not compete.
     *
     * @param batch examples and their tasks; unchanged
     * @param current index of the task learned last
     * @return the examples; in a domain-incremental stream the same object
     * @throws IllegalArgumentException if labels are not [batch, classes], or one is not among its
     *     task's classes
     */
    public MultiDataSet masked(TaskBatch batch, int current) {
        if (scenario == Scenario.DOMAIN_INCREMENTAL) {
            return batch.data();
        }
        INDArray labels = batch.data().getLabels(output);
        if (labels.rank() != 2) {
            throw new IllegalArgumentException(
                    "Masks on outputs need labels [batch, classes], got rank " + labels.rank());
        }
        int width = (int) labels.size(1);
        double[][] mask = new double[batch.size()][width];
        long[] classes = Nd4j.argMax(labels, 1).toLongVector();
        for (int i = 0; i < mask.length; i++) {
            int task = batch.tasks()[i];
            if (Arrays.binarySearch(tasks.get(task).classes(), (int) classes[i]) < 0) {
                throw new IllegalArgumentException(
                        "Task '" + tasks.get(task) + "' has an example of class " + classes[i]);
            }
            boolean[] allowed = allowed(task, current, width);
            for (int c = 0; c < width; c++) {
                mask[i][c] = allowed[c] ? 1 : 0;
            }
        }
        return withMask(batch.data(), Nd4j.createFromArray(mask).castTo(labels.dataType()));
    }

    private MultiDataSet withMask(MultiDataSet data, INDArray mask) {
        INDArray[] given = data.getLabelsMaskArrays();
        INDArray[] masks = given == null ? new INDArray[data.numLabelsArrays()] : given.clone();
        if (masks[output] != null) {
            mask.muli(masks[output].castTo(mask.dataType()).broadcast(mask.shape()));
        }
        masks[output] = mask;
        return new org.nd4j.linalg.dataset.MultiDataSet(
                data.getFeatures(),
                data.getLabels(),
                data.getFeaturesMaskArrays(),
                masks,
                data.getExampleMetaData());
    }

    /** A line that says which stream this is. */
    @Override
    public String toString() {
        return scenario + " " + tasks + " output " + output;
    }

    /** Collects tasks: domain-incremental, in the order they are added, unless said otherwise. */
    public static final class Builder {
        private List<Task> tasks = new ArrayList<>();
        private Scenario scenario = Scenario.DOMAIN_INCREMENTAL;
        private int output;

        /**
         * @param task comes last so far
         */
        public Builder add(Task task) {
            tasks.add(task);
            return this;
        }

        /**
         * @param scenario what a model is told about tasks; domain-incremental by default
         */
        public Builder scenario(Scenario scenario) {
            this.scenario = scenario;
            return this;
        }

        /**
         * @param output index of the output that is scored and masked, 0 by default
         */
        public Builder output(int output) {
            this.output = output;
            return this;
        }

        /**
         * Puts the tasks added so far into an order.
         *
         * @param names of all of them
         * @throws IllegalArgumentException if these are not exactly the tasks' names
         */
        public Builder order(String... names) {
            List<String> own = tasks.stream().map(Task::name).toList();
            List<String> wanted = List.of(names);
            if (own.size() != wanted.size() || !new HashSet<>(own).equals(new HashSet<>(wanted))) {
                throw new IllegalArgumentException(
                        "order must name each of " + own + " once, got " + wanted);
            }
            tasks = new ArrayList<>(wanted.stream().map(n -> tasks.get(own.indexOf(n))).toList());
            return this;
        }

        /**
         * Puts the tasks added so far into a random order.
         *
         * @param seed decides the order
         */
        public Builder shuffle(long seed) {
            Collections.shuffle(tasks, new Random(seed));
            return this;
        }

        /**
         * @throws IllegalArgumentException if there is no task, a name comes twice, or classes do
         *     not fit the scenario: domain-incremental tasks share theirs, others have some
         */
        public TaskStream build() {
            if (tasks.isEmpty()) {
                throw new IllegalArgumentException("A stream needs at least one task");
            }
            if (output < 0) {
                throw new IllegalArgumentException("output must be at least 0, got " + output);
            }
            Set<String> names = new HashSet<>();
            for (Task task : tasks) {
                if (!names.add(task.name())) {
                    throw new IllegalArgumentException("Two tasks are named " + task.name());
                }
                requireClasses(task);
            }
            return new TaskStream(this);
        }

        private void requireClasses(Task task) {
            boolean shared = scenario == Scenario.DOMAIN_INCREMENTAL;
            Task first = tasks.get(0);
            if (shared && !Arrays.equals(first.classes(), task.classes())) {
                throw new IllegalArgumentException(
                        "Tasks "
                                + first
                                + " and "
                                + task
                                + " have different classes on one head without masks: use"
                                + " TASK_INCREMENTAL or CLASS_INCREMENTAL");
            }
            if (!shared && task.classes() == null) {
                throw new IllegalArgumentException(
                        scenario + " needs the classes of task '" + task.name() + "'");
            }
        }
    }
}
