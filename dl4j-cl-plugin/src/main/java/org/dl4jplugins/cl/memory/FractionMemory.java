package org.dl4jplugins.cl.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.dl4jplugins.cl.stream.Rows;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A fixed fraction of each task, as in the paper: rounded, at least one example per class, never
 * more than the task has; equally many of each class unless asked otherwise. It grows with every
 * task.
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
    public void add(int task, MultiDataSetIterator data, RandomGenerator random) {
        List<Example> all = new ArrayList<>();
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            for (int row = 0; row < Rows.count(batch); row++) {
                all.add(Example.of(batch, row, task));
            }
        }
        int share = (int) Math.round(fraction * all.size());
        if (balanced) {
            int classes = (int) all.stream().map(Example::label).distinct().count();
            list().addAll(Choice.balanced(all, Math.max(share, classes), random));
        } else {
            int number = Math.min(all.size(), Math.max(share, 1));
            list().addAll(Choice.random(all, number, random));
        }
    }

    @Override
    public String describe() {
        return "fraction " + fraction + (balanced ? " balanced" : "");
    }
}
