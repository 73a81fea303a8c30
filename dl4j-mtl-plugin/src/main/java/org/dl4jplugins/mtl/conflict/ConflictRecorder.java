package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/**
 * Counts conflicts iteration by iteration. Its memory depends on the numbers of layers, tasks and
 * epochs, never on the number of iterations.
 *
 * <p>A pair of tasks is counted at a layer if both gradients are there: a task absent from the
 * batch, or one that does not depend on the layer, has a zero gradient and no direction.
 */
final class ConflictRecorder {

    private final List<String> tasks;
    private final int[] taskIndices;
    private final List<SharedLayer> layers;
    private final ConflictSettings settings;
    private final Timeline timeline;
    private final SortedMap<Integer, LayerCounts> epochs = new TreeMap<>();
    private final PairCosines[] pairs;
    private final TaskNorms[] norms;

    /**
     * A recorder that has seen nothing.
     *
     * @param tasks names of the tasks to record, at least two
     * @param taskIndices each one's index in the Gramians
     * @param layers the shared layers
     * @param settings how to count
     * @param planned how many iterations will be recorded, 0 if unknown
     */
    ConflictRecorder(
            List<String> tasks,
            int[] taskIndices,
            List<SharedLayer> layers,
            ConflictSettings settings,
            long planned) {
        if (tasks.size() < 2) {
            throw new IllegalArgumentException(
                    "tasks: " + tasks + " given, conflicts need at least two");
        }
        this.tasks = List.copyOf(tasks);
        this.taskIndices = taskIndices.clone();
        this.layers = List.copyOf(layers);
        this.settings = settings;
        int rows = layers.size() + 1;
        int bins = settings.bins().size();
        timeline = new Timeline(rows, bins, planned);
        pairs = new PairCosines[tasks.size() * (tasks.size() - 1) / 2];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new PairCosines(rows, bins);
        }
        norms = new TaskNorms[tasks.size()];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = new TaskNorms(rows);
        }
    }

    List<SharedLayer> layers() {
        return layers;
    }

    /** Counts one iteration. */
    void record(int epoch, LayerGramians gramians) {
        LayerCounts segment = timeline.next();
        LayerCounts inEpoch =
                epochs.computeIfAbsent(
                        epoch, e -> new LayerCounts(layers.size() + 1, settings.bins().size()));
        inEpoch.beginIteration();
        double[][] total = new double[gramians.tasks().size()][gramians.tasks().size()];
        for (int row = 0; row < layers.size(); row++) {
            double[][] gramian = gramians.gramian(layers.get(row).name());
            record(row, gramian, segment, inEpoch);
            add(total, gramian);
        }
        record(layers.size(), total, segment, inEpoch);
    }

    private static void add(double[][] sum, double[][] gramian) {
        for (int i = 0; i < sum.length; i++) {
            for (int j = 0; j < sum.length; j++) {
                sum[i][j] += gramian[i][j];
            }
        }
    }

    private void record(int row, double[][] gramian, LayerCounts segment, LayerCounts inEpoch) {
        double[] lengths = new double[tasks.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Math.sqrt(gramian[taskIndices[i]][taskIndices[i]]);
            norms[i].add(row, lengths[i]);
        }
        int pair = 0;
        for (int i = 0; i < lengths.length; i++) {
            for (int j = i + 1; j < lengths.length; j++, pair++) {
                if (lengths[i] > 0 && lengths[j] > 0) {
                    double cosine =
                            gramian[taskIndices[i]][taskIndices[j]] / lengths[i] / lengths[j];
                    cosine = Math.max(-1, Math.min(1, cosine));
                    int bin = settings.bins().indexOf(cosine);
                    segment.add(row, bin);
                    inEpoch.add(row, bin);
                    pairs[pair].add(row, bin, cosine);
                }
            }
        }
    }

    /** What was counted so far; later iterations do not change it. */
    ConflictData snapshot() {
        SortedMap<Integer, LayerCounts> byEpoch = new TreeMap<>();
        epochs.forEach((epoch, counts) -> byEpoch.put(epoch, counts.copy()));
        List<PairCosines> pairsNow = new ArrayList<>();
        for (PairCosines pair : pairs) {
            pairsNow.add(pair.copy());
        }
        List<TaskNorms> normsNow = new ArrayList<>();
        for (TaskNorms norm : norms) {
            normsNow.add(norm.copy());
        }
        return new ConflictData(
                tasks,
                layers,
                settings,
                1,
                timeline.snapshot(),
                byEpoch,
                List.copyOf(pairsNow),
                List.copyOf(normsNow));
    }
}
