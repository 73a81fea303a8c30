package org.dl4jplugins.mtl.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Batches for a multi-output graph from one iterator per task, each with its own data and length.
 *
 * <pre>{@code
 * MultiDataSetIterator data = new MultiTaskIterator.Builder()
 *         .outputs(graph.getConfiguration().getNetworkOutputs())
 *         .task("digit", digits)           // named like an output
 *         .task("clothing", clothes)
 *         .mixing(Mixing.temperature(2))
 *         .epochEnd(EpochEnd.LONGEST)
 *         .seed(7)
 *         .build();
 * graph.addListeners(new AbsentTaskGuard());   // absent tasks' heads stand still
 * graph.fit(data, epochs);
 * }</pre>
 *
 * <p>Each task's iterator gives the network's inputs and one label array. Labels of absent tasks
 * are zeros of the right shape with a mask of zeros ([batch, 1], [batch, time] or [batch, 1,
 * height, width]), never null. Use {@link AbsentTaskGuard} so that momentum and weight decay leave
 * an absent task's own layers alone.
 *
 * <p>The same seed gives the same order of tasks; each {@link #reset} begins the next epoch with
 * new random numbers. Restarting the data of a task calls its iterator's {@code reset()}.
 */
public final class MultiTaskIterator implements MultiDataSetIterator {

    private static final long serialVersionUID = 1;

    private final List<TaskSource> tasks;
    private final Mixing mixing;
    private final EpochEnd end;
    private final BatchLayout layout;
    private final long seed;
    private long[] batches;
    private MultiDataSetPreProcessor preProcessor;
    private int epoch;
    private int last = -1;
    private Random random;

    private MultiTaskIterator(Builder b) {
        tasks = b.inOrder();
        mixing = b.mixing;
        end = b.end;
        layout = b.layout;
        seed = b.seed;
        random = new Random(seed);
    }

    /**
     * @return names of the tasks, in the order of the label arrays
     */
    public List<String> tasks() {
        return tasks.stream().map(TaskSource::name).toList();
    }

    @Override
    public boolean hasNext() {
        return switch (end) {
            case ALL_ONCE -> tasks.stream().anyMatch(TaskSource::hasNext);
            case SHORTEST -> tasks.stream().allMatch(TaskSource::hasNext);
            case LONGEST -> !tasks.stream().allMatch(TaskSource::seenWhole);
        };
    }

    @Override
    public MultiDataSet next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The epoch has ended; call reset()");
        }
        List<MultiDataSet> chosen = new ArrayList<>(Collections.nCopies(tasks.size(), null));
        if (layout == BatchLayout.ALL_TASKS) {
            for (int t = 0; t < tasks.size(); t++) {
                chosen.set(t, available(t) ? tasks.get(t).next() : null);
            }
        } else {
            boolean[] available = new boolean[tasks.size()];
            for (int t = 0; t < available.length; t++) {
                available[t] = available(t);
            }
            last = mixing.next(available, sizes(), last, random);
            chosen.set(last, tasks.get(last).next());
        }
        MultiDataSet batch = TaskBatches.join(tasks, chosen);
        if (preProcessor != null) {
            preProcessor.preProcess(batch);
        }
        return batch;
    }

    private boolean available(int task) {
        return end == EpochEnd.LONGEST || tasks.get(task).hasNext();
    }

    private long[] sizes() {
        if (batches == null && mixing.needsSizes()) {
            batches = tasks.stream().mapToLong(TaskSource::countBatches).toArray();
        }
        return batches;
    }

    /**
     * Not supported: the tasks' iterators decide how many examples a batch has.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public MultiDataSet next(int examples) {
        throw new UnsupportedOperationException("The tasks' iterators decide on the batch size");
    }

    /**
     * @param preProcessor applied to every whole batch, with all tasks' labels; the tasks' own
     *     iterators may have their own
     */
    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    @Override
    public boolean resetSupported() {
        return tasks.stream().allMatch(t -> t.iterator().resetSupported());
    }

    /**
     * @return whether a background thread may read ahead: if all tasks' iterators allow it
     */
    @Override
    public boolean asyncSupported() {
        return tasks.stream().allMatch(t -> t.iterator().asyncSupported());
    }

    /** Begins the next epoch; without effect before the first batch. */
    @Override
    public void reset() {
        if (tasks.stream().anyMatch(t -> t.started() || !t.hasNext())) {
            tasks.forEach(TaskSource::reset);
            epoch++;
            random = new Random(seed + 0x9E3779B97F4A7C15L * epoch);
        }
        last = -1;
    }

    /** Settings. At least two tasks; the rest has defaults. */
    public static final class Builder {

        private final List<TaskSource> tasks = new ArrayList<>();
        private Mixing mixing = Mixing.roundRobin();
        private EpochEnd end = EpochEnd.ALL_ONCE;
        private BatchLayout layout = BatchLayout.ONE_TASK;
        private long seed = 123;
        private List<String> outputs;

        /**
         * Adds a task; without {@link #outputs} in the order of the network's outputs.
         *
         * @param name name of the task
         * @param data its data: the network's inputs and one label array
         * @return this
         */
        public Builder task(String name, MultiDataSetIterator data) {
            if (name == null || data == null) {
                throw new IllegalArgumentException(
                        "task: name and data are needed, got \"" + name + "\" and " + data);
            }
            if (tasks.stream().anyMatch(t -> t.name().equals(name))) {
                throw new IllegalArgumentException("task: \"" + name + "\" was given twice");
            }
            tasks.add(new TaskSource(name, data));
            return this;
        }

        /**
         * Adds a task with a single-input iterator.
         *
         * @param name name of the task
         * @param data its data
         * @return this
         */
        public Builder task(String name, DataSetIterator data) {
            return task(name, data == null ? null : new MultiDataSetIteratorAdapter(data));
        }

        /**
         * Puts the labels in the order of the network's outputs, and refuses tasks that are named
         * differently.
         *
         * @param networkOutputs names of the network's outputs in their order
         * @return this
         */
        public Builder outputs(List<String> networkOutputs) {
            outputs = List.copyOf(networkOutputs);
            return this;
        }

        private List<TaskSource> inOrder() {
            if (outputs == null) {
                return List.copyOf(tasks);
            }
            for (TaskSource t : tasks) {
                if (!outputs.contains(t.name())) {
                    throw new IllegalArgumentException(
                            "task: \"" + t.name() + "\" is none of the outputs " + outputs);
                }
            }
            List<TaskSource> sorted = new ArrayList<>();
            for (String output : outputs) {
                sorted.add(
                        tasks.stream()
                                .filter(t -> t.name().equals(output))
                                .findFirst()
                                .orElseThrow(
                                        () ->
                                                new IllegalArgumentException(
                                                        "outputs: no task is given for \""
                                                                + output
                                                                + "\"")));
            }
            return sorted;
        }

        /**
         * @param mixing order of the tasks with {@link BatchLayout#ONE_TASK}; default round robin.
         *     Proportional and temperature mixing count the batches by one pass over the data at
         *     the start
         * @return this
         */
        public Builder mixing(Mixing mixing) {
            this.mixing = mixing;
            return this;
        }

        /**
         * @param end when an epoch ends; default {@link EpochEnd#ALL_ONCE}
         * @return this
         */
        public Builder epochEnd(EpochEnd end) {
            this.end = end;
            return this;
        }

        /**
         * @param layout what a batch holds; default {@link BatchLayout#ONE_TASK}
         * @return this
         */
        public Builder layout(BatchLayout layout) {
            this.layout = layout;
            return this;
        }

        /**
         * @param seed seed of the order of tasks; default 123
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * @return the iterator
         * @throws IllegalArgumentException if there are fewer than two tasks, a setting is null, or
         *     the settings need to restart an iterator that cannot be reset
         */
        public MultiTaskIterator build() {
            if (tasks.size() < 2) {
                throw new IllegalArgumentException(
                        "task: at least two tasks are needed, got " + tasks.size());
            }
            if (mixing == null || end == null || layout == null) {
                throw new IllegalArgumentException(
                        "mixing, epochEnd and layout must not be null, got "
                                + mixing
                                + ", "
                                + end
                                + ", "
                                + layout);
            }
            boolean restarts =
                    end == EpochEnd.LONGEST
                            || layout == BatchLayout.ONE_TASK && mixing.needsSizes();
            for (TaskSource t : tasks) {
                if (restarts && !t.iterator().resetSupported()) {
                    throw new IllegalArgumentException(
                            "Task \""
                                    + t.name()
                                    + "\": its iterator cannot be reset, which this mixing or"
                                    + " EpochEnd.LONGEST needs");
                }
            }
            return new MultiTaskIterator(this);
        }
    }
}
