package org.dl4jplugins.cl.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Examples of old tasks. Kinds differ in what they keep when a task ends. */
public abstract class Memory {

    private final List<Example> examples = new ArrayList<>();

    /**
     * Takes examples of a task that was just learned; may drop some of older tasks.
     *
     * @param task its index
     * @param data its training data, one pass
     * @param random decides what is chosen
     */
    public abstract void add(int task, MultiDataSetIterator data, RandomGenerator random);

    /** A line that says which memory this is, with its settings. */
    public abstract String describe();

    /** The kept examples, in the order of their tasks. */
    public final List<Example> examples() {
        return List.copyOf(examples);
    }

    /**
     * How many examples of a task are kept.
     *
     * @param task its index
     */
    public final int count(int task) {
        return (int) examples.stream().filter(e -> e.task() == task).count();
    }

    /** Whether nothing is kept. */
    public final boolean isEmpty() {
        return examples.isEmpty();
    }

    /**
     * Draws a batch at random: different examples as long as there are enough, else each at least
     * {@code number / size} times, rounded down.
     *
     * @param number of examples, at least 1
     * @param random decides which
     * @return copies of examples, with their tasks
     * @throws IllegalStateException if the memory is empty
     */
    public final TaskBatch draw(int number, RandomGenerator random) {
        if (number < 1) {
            throw new IllegalArgumentException("number must be at least 1, got " + number);
        }
        if (examples.isEmpty()) {
            throw new IllegalStateException(
                    "The memory is empty: no task has ended, or its share of each is nothing");
        }
        List<MultiDataSet> drawn = new ArrayList<>();
        int[] tasks = new int[number];
        int[] order = new int[examples.size()];
        for (int i = 0; i < number; i++) {
            int at = i % order.length;
            if (at == 0) {
                for (int k = 0; k < order.length; k++) {
                    order[k] = k;
                }
            }
            int other = at + random.nextInt(order.length - at);
            int chosen = order[other];
            order[other] = order[at];
            order[at] = chosen;
            drawn.add(examples.get(chosen).data());
            tasks[i] = examples.get(chosen).task();
        }
        return new TaskBatch(Rows.concat(drawn), tasks);
    }

    /**
     * Writes all examples and whatever else decides what is kept next.
     *
     * @param out stays open
     * @throws IOException if it cannot be written
     */
    public void save(DataOutputStream out) throws IOException {
        out.writeInt(examples.size());
        for (Example example : examples) {
            example.write(out);
        }
    }

    /**
     * Replaces everything by what {@link #save} wrote.
     *
     * @param in stays open
     * @throws IOException if it cannot be read
     */
    public void restore(DataInputStream in) throws IOException {
        List<Example> saved = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            saved.add(Example.read(in));
        }
        replace(saved);
    }

    /** For subclasses: the examples are now these. */
    final void replace(List<Example> now) {
        examples.clear();
        examples.addAll(now);
    }

    /** For subclasses: the examples, which may be changed. */
    final List<Example> list() {
        return examples;
    }
}
