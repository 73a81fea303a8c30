package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/**
 * Everything that was counted. Rows are the layers in order and then the whole model; pairs of
 * tasks are in the order (0,1), (0,2), ..., (1,2), ... Nobody changes the parts once they are here.
 *
 * @param tasks the tasks' names
 * @param layers the shared layers
 * @param settings how it was counted
 * @param runs how many runs are in it
 * @param segments the training's stretches one after the other, all pairs together
 * @param epochs counts by epoch number, all pairs together
 * @param pairs cosines by pair
 * @param norms gradient norms by task
 */
record ConflictData(
        List<String> tasks,
        List<SharedLayer> layers,
        ConflictSettings settings,
        int runs,
        List<LayerCounts> segments,
        SortedMap<Integer, LayerCounts> epochs,
        List<PairCosines> pairs,
        List<TaskNorms> norms) {

    int rows() {
        return layers.size() + 1;
    }

    long iterations() {
        return segments.stream().mapToLong(LayerCounts::iterations).sum();
    }

    List<LayerCounts> quarters() {
        return Timeline.quarters(segments, rows(), settings.bins().size());
    }

    /** Index of a pair of tasks {@code i < j}. */
    static int pair(int i, int j, int tasks) {
        return i * (2 * tasks - i - 1) / 2 + j - i - 1;
    }

    /** Another run, seen as if both had happened at the same time: quarters join quarters. */
    ConflictData beside(ConflictData other) {
        requireAlike(other);
        return with(
                other, runs + other.runs, combine(quarters(), other.quarters(), LayerCounts::plus));
    }

    /** The continuation of the same run. */
    ConflictData then(ConflictData other) {
        requireAlike(other);
        return with(
                other, Math.max(runs, other.runs), Timeline.concatenate(segments, other.segments));
    }

    private void requireAlike(ConflictData other) {
        if (!tasks.equals(other.tasks) || !layers.equals(other.layers)) {
            throw new IllegalArgumentException(
                    "Reports of other tasks or layers: " + Architecture.difference(this, other));
        }
        if (!settings.bins().equals(other.settings.bins())) {
            throw new IllegalArgumentException(
                    "Reports with other cuts: "
                            + settings.bins()
                            + " and "
                            + other.settings.bins());
        }
    }

    private ConflictData with(ConflictData other, int allRuns, List<LayerCounts> time) {
        SortedMap<Integer, LayerCounts> byEpoch = new TreeMap<>(epochs);
        other.epochs.forEach((epoch, counts) -> byEpoch.merge(epoch, counts, LayerCounts::plus));
        return new ConflictData(
                tasks,
                layers,
                settings.with(other.settings),
                allRuns,
                time,
                byEpoch,
                combine(pairs, other.pairs, PairCosines::plus),
                combine(norms, other.norms, TaskNorms::plus));
    }

    private static <T> List<T> combine(List<T> left, List<T> right, BinaryOperator<T> plus) {
        List<T> sums = new ArrayList<>(left.size());
        for (int i = 0; i < left.size(); i++) {
            sums.add(plus.apply(left.get(i), right.get(i)));
        }
        return List.copyOf(sums);
    }
}
