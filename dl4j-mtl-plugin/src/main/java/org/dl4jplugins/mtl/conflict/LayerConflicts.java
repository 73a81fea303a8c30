package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;

/**
 * What a report knows about one shared layer, or about the whole model; made by {@link
 * ConflictReport#layer}.
 */
public final class LayerConflicts {

    private final ConflictData data;
    private final String name;
    private final int row;

    LayerConflicts(ConflictData data, String name, int row) {
        this.data = data;
        this.name = name;
        this.row = row;
    }

    /**
     * The layer.
     *
     * @return its name, {@link ConflictReport#WHOLE_MODEL} for the whole model
     */
    public String name() {
        return name;
    }

    /**
     * All cosines.
     *
     * @return the distribution, one observation per pair of tasks and iteration
     */
    public CosineDistribution distribution() {
        CosineDistribution sum = CosineDistribution.none(bins());
        for (PairCosines pair : data.pairs()) {
            sum = sum.plus(new CosineDistribution(bins(), pair.row(row)));
        }
        return sum;
    }

    /**
     * The cosines of one pair of tasks.
     *
     * @param task a task
     * @param other another task
     * @return the distribution, one observation per iteration
     * @throws IllegalArgumentException if a task is not there
     */
    public CosineDistribution distribution(String task, String other) {
        return new CosineDistribution(bins(), pair(task, other).row(row));
    }

    /**
     * The cosines in one epoch.
     *
     * @param epoch one of {@link ConflictReport#epochs()}
     * @return the distribution, one observation per pair of tasks and iteration
     * @throws IllegalArgumentException if the epoch is not there
     */
    public CosineDistribution inEpoch(int epoch) {
        LayerCounts counts = data.epochs().get(epoch);
        if (counts == null) {
            throw new IllegalArgumentException(
                    "epoch: "
                            + epoch
                            + " given, recorded were "
                            + new ArrayList<>(data.epochs().keySet()));
        }
        return new CosineDistribution(bins(), counts.row(row));
    }

    /**
     * The cosines in one quarter of the training.
     *
     * @param quarter 1 to 4; iteration i of n (from 0) is in quarter {@code floor(4 i / n) + 1}
     * @return the distribution, one observation per pair of tasks and iteration
     * @throws IllegalArgumentException if there is no such quarter
     */
    public CosineDistribution inQuarter(int quarter) {
        if (quarter < 1 || quarter > 4) {
            throw new IllegalArgumentException("quarter: " + quarter + " given, right are 1 to 4");
        }
        return new CosineDistribution(bins(), data.quarters().get(quarter - 1).row(row));
    }

    /**
     * Mean cosine over all pairs of tasks and iterations.
     *
     * @return the mean, 0 if nothing was seen
     */
    public double meanCosine() {
        return mean(data.pairs());
    }

    /**
     * Mean cosine of one pair of tasks.
     *
     * @param task a task
     * @param other another task
     * @return the mean over the iterations, 0 if nothing was seen
     * @throws IllegalArgumentException if a task is not there
     */
    public double meanCosine(String task, String other) {
        return mean(List.of(pair(task, other)));
    }

    private double mean(List<PairCosines> pairs) {
        long seen = pairs.stream().mapToLong(pair -> pair.seen(row)).sum();
        return seen == 0 ? 0 : pairs.stream().mapToDouble(pair -> pair.sum(row)).sum() / seen;
    }

    /**
     * Smallest cosine over all pairs of tasks and iterations: the worst conflict.
     *
     * @return the minimum, 0 if nothing was seen
     */
    public double minCosine() {
        return data.pairs().stream()
                .filter(pair -> pair.seen(row) > 0)
                .mapToDouble(pair -> pair.minimum(row))
                .min()
                .orElse(0);
    }

    /**
     * Mean length of a task's gradient.
     *
     * @param task a task
     * @return the mean over the iterations in which it was not zero, 0 if there were none
     * @throws IllegalArgumentException if the task is not there
     */
    public double meanNorm(String task) {
        return data.norms().get(index(task)).mean(row);
    }

    private CosineBins bins() {
        return data.settings().bins();
    }

    private int index(String task) {
        int index = data.tasks().indexOf(task);
        if (index < 0) {
            throw new IllegalArgumentException("No task '" + task + "', there are " + data.tasks());
        }
        return index;
    }

    private PairCosines pair(String one, String two) {
        int i = Math.min(index(one), index(two));
        int j = Math.max(index(one), index(two));
        if (i == j) {
            throw new IllegalArgumentException("A pair needs two tasks, given is twice " + one);
        }
        return data.pairs().get(ConflictData.pair(i, j, data.tasks().size()));
    }
}
