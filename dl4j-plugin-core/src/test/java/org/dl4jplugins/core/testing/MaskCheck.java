package org.dl4jplugins.core.testing;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.iter.NdIndexIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Whatever stands where the mask is zero: outputs elsewhere and all gradients stay the same. */
final class MaskCheck {
    private static final double TOLERANCE = 1e-10;

    private MaskCheck() {}

    static void run(Subject subject) {
        long seed = subject.seeds()[0];
        ComputationGraph network = subject.inDouble(seed);
        MultiDataSet batch = subject.batch(DataType.DOUBLE);
        INDArray[] inputs = spoil(batch.getFeatures(), subject.featureMasks());
        INDArray[] labels = spoil(batch.getLabels(), subject.labelMasks());
        MultiDataSet spoiled = subject.batch(DataType.DOUBLE, inputs, labels);

        INDArray[] expected = Subject.outputs(network, batch);
        INDArray[] actual = Subject.outputs(network, spoiled);
        for (int i = 0; i < expected.length; i++) {
            INDArray mask = subject.labelMasks() == null ? null : subject.labelMasks()[i];
            blank(expected[i], mask);
            blank(actual[i], mask);
        }
        Agreement.close("outputs with other masked inputs, output", expected, actual, TOLERANCE);
        Agreement.close(
                "gradient with other masked inputs and labels",
                Subject.gradient(network, batch, seed),
                Subject.gradient(network, spoiled, seed),
                TOLERANCE);
    }

    private static INDArray[] spoil(INDArray[] arrays, INDArray[] masks) {
        INDArray[] changed = new INDArray[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            changed[i] = arrays[i].dup();
            if (masks != null && masks[i] != null) {
                put(changed[i], masks[i], 0.37);
            }
        }
        return changed;
    }

    private static void blank(INDArray output, INDArray mask) {
        if (mask != null) {
            put(output, mask, Double.NaN);
        }
    }

    /** Changes masked elements: by adding, or to zero where the number to add is not one. */
    private static void put(INDArray array, INDArray mask, double added) {
        NdIndexIterator indices = new NdIndexIterator(array.shape());
        int time = timeAxis(array, mask);
        while (indices.hasNext()) {
            long[] at = indices.next();
            if (kept(mask, at, time)) {
                continue;
            }
            double value = Double.isNaN(added) ? 0 : array.getDouble(at) + added * (1 + at[1]);
            array.putScalar(at, value);
        }
    }

    private static int timeAxis(INDArray array, INDArray mask) {
        if (mask.size(1) == 1) {
            return -1;
        }
        if (java.util.Arrays.equals(array.shape(), mask.shape())) {
            return 1;
        }
        Agreement.holds(
                array.rank() == 3
                        && (array.size(2) == mask.size(1) || array.size(1) == mask.size(1)),
                "a mask of shape "
                        + java.util.Arrays.toString(mask.shape())
                        + " does not fit an array of shape "
                        + java.util.Arrays.toString(array.shape()));
        return array.size(2) == mask.size(1) ? 2 : 1;
    }

    private static boolean kept(INDArray mask, long[] at, int time) {
        return mask.getDouble(at[0], time < 0 ? 0 : at[time]) != 0;
    }
}
