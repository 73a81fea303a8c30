package org.dl4jplugins.multimodal.diffusion.training;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Batches of arrays in memory. */
final class ShuffledArrays implements TrainingData {

    private final MultiDataSet all;
    private final int batch;
    private final long seed;
    private final int examples;
    private long epoch = -1;
    private int[] order;

    ShuffledArrays(MultiDataSet all, int batch, long seed) {
        this.all = all;
        this.batch = batch;
        this.seed = seed;
        examples = Math.toIntExact(all.getFeatures(0).size(0));
        Check.that(
                batch >= 1 && batch <= examples,
                "batch",
                batch,
                "from 1 to the number of examples, " + examples);
    }

    @Override
    public MultiDataSet batch(long step) {
        int batches = examples / batch;
        if (step / batches != epoch) {
            epoch = step / batches;
            order = shuffled();
        }
        int first = (int) (step % batches) * batch;
        int[] rows = Arrays.copyOfRange(order, first, first + batch);
        return new org.nd4j.linalg.dataset.MultiDataSet(
                rows(all.getFeatures(), rows),
                rows(all.getLabels(), rows),
                rows(all.getFeaturesMaskArrays(), rows),
                rows(all.getLabelsMaskArrays(), rows));
    }

    private int[] shuffled() {
        NoiseSource random = new NoiseSource(seed, epoch);
        int[] shuffled = IntStream.range(0, examples).toArray();
        for (int i = examples - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int moved = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = moved;
        }
        return shuffled;
    }

    private static INDArray[] rows(INDArray[] arrays, int[] rows) {
        if (arrays == null) {
            return null;
        }
        INDArray[] chosen = new INDArray[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            chosen[i] = arrays[i] == null ? null : rows(arrays[i], rows);
        }
        return chosen;
    }

    private static INDArray rows(INDArray array, int[] rows) {
        long[] shape = array.shape().clone();
        long width = array.length() / shape[0];
        shape[0] = rows.length;
        INDArray matrix = array.reshape('c', array.size(0), width);
        return Nd4j.pullRows(matrix, 1, rows, 'c').reshape('c', shape);
    }
}
