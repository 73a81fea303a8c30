package org.dl4jplugins.cl.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.stream.TaskData;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Examples of old tasks. Kinds differ in what they keep when a task ends. */
public abstract class Memory {

    private static final int AT_ONCE = 64;

    private final List<Example> examples = new ArrayList<>();

    /**
     * Takes examples of a task that was just learned; may drop some of older tasks.
     *
     * @param task its index
     * @param data its training data; the first pass counts
     * @param random decides what is chosen
     */
    public abstract void add(int task, TaskData data, RandomGenerator random);

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
        return batch(draw(number, random, task -> true));
    }

    /**
     * Draws examples of some tasks at random, as {@link #draw(int, RandomGenerator)} does.
     *
     * @param number of examples, at least 1
     * @param random decides which
     * @param tasks which tasks' examples, by index
     * @return the kept examples themselves
     * @throws IllegalStateException if the memory has none of these tasks
     */
    public final List<Example> draw(int number, RandomGenerator random, IntPredicate tasks) {
        if (number < 1) {
            throw new IllegalArgumentException("number must be at least 1, got " + number);
        }
        int[] from =
                IntStream.range(0, examples.size())
                        .filter(i -> tasks.test(examples.get(i).task()))
                        .toArray();
        if (from.length == 0) {
            throw new IllegalStateException(
                    "The memory is empty: no task has ended, or its share of each is nothing");
        }
        List<Example> drawn = new ArrayList<>();
        int[] order = from.clone();
        for (int i = 0; i < number; i++) {
            int at = i % order.length;
            if (at == 0) {
                System.arraycopy(from, 0, order, 0, from.length);
            }
            int other = at + random.nextInt(order.length - at);
            int chosen = order[other];
            order[other] = order[at];
            order[at] = chosen;
            drawn.add(examples.get(chosen));
        }
        return drawn;
    }

    /**
     * Examples as a batch.
     *
     * @param examples at least one
     * @return copies of them, with their tasks
     */
    public static TaskBatch batch(List<Example> examples) {
        return new TaskBatch(
                Rows.concat(examples.stream().map(Example::data).toList()),
                examples.stream().mapToInt(Example::task).toArray());
    }

    /**
     * Sees a batch that was just learned; most kinds take nothing until a task ends.
     *
     * @param task index of its task
     * @param batch of the task's training data
     * @param random decides what is chosen
     */
    public void observe(int task, MultiDataSet batch, RandomGenerator random) {}

    /**
     * Stores what a model answers with each example that has no logits yet.
     *
     * @param model gives the outputs before the activation [batch, classes] of a batch
     */
    public final void keepLogits(Function<MultiDataSet, INDArray> model) {
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            if (examples.get(i).logits() == null) {
                open.add(i);
            }
        }
        for (int from = 0; from < open.size(); from += AT_ONCE) {
            List<Integer> part = open.subList(from, Math.min(open.size(), from + AT_ONCE));
            INDArray logits = model.apply(batch(part.stream().map(examples::get).toList()).data());
            for (int k = 0; k < part.size(); k++) {
                Example e = examples.get(part.get(k));
                INDArray own = logits.getRow(k, true).dup();
                examples.set(part.get(k), new Example(e.task(), e.label(), e.data(), own));
            }
        }
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
