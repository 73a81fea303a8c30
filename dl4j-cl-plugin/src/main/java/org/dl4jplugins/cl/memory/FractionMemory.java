package org.dl4jplugins.cl.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.TaskData;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A fixed fraction of each task, as in the paper: rounded, at least one example per class, never
 * more than the task has; equally many of each class unless asked otherwise. It grows with every
 * task. The training data are read twice, and nothing but what is kept is copied.
 */
public final class FractionMemory extends Memory {

    private final double fraction;
    private final boolean balanced;

    /** The paper's: 2 % of each task, balanced over classes. */
    public FractionMemory() {
        this(0.02, true);
    }

    /**
     * @param fraction of each task that is kept, in (0, 1]
     * @param balanced whether classes have equally many, as far as they can, and one at least
     * @throws IllegalArgumentException if the fraction is outside (0, 1]
     */
    public FractionMemory(double fraction, boolean balanced) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must be in (0, 1], got " + fraction);
        }
        this.fraction = fraction;
        this.balanced = balanced;
    }

    @Override
    public void add(int task, TaskData data, RandomGenerator random) {
        List<String> labels = new ArrayList<>();
        data.open(0).forEachRemaining(batch -> labels.addAll(Example.labels(batch)));
        int share = (int) Math.round(fraction * labels.size());
        List<Integer> places = IntStream.range(0, labels.size()).boxed().toList();
        int classes = (int) labels.stream().distinct().count();
        List<Integer> chosen =
                balanced
                        ? Choice.balanced(places, labels::get, Math.max(share, classes), random)
                        : Choice.random(
                                places, Math.min(places.size(), Math.max(share, 1)), random);
        list().addAll(copies(task, data, chosen));
    }

    /** The examples at places of the first pass. */
    private static List<Example> copies(int task, TaskData data, List<Integer> places) {
        Map<Integer, Example> found = new HashMap<>();
        Set<Integer> wanted = Set.copyOf(places);
        MultiDataSetIterator again = data.open(0);
        for (int first = 0; found.size() < wanted.size() && again.hasNext(); ) {
            MultiDataSet batch = again.next();
            int rows = Rows.count(batch);
            for (int row = 0; row < rows; row++) {
                if (wanted.contains(first + row)) {
                    found.put(first + row, Example.of(batch, row, task));
                }
            }
            first += rows;
        }
        if (found.size() < wanted.size()) {
            throw new IllegalStateException(
                    "The training data were shorter when their first pass was opened again");
        }
        return places.stream().map(found::get).toList();
    }

    @Override
    public String describe() {
        return "fraction " + fraction + (balanced ? " balanced" : "");
    }
}
