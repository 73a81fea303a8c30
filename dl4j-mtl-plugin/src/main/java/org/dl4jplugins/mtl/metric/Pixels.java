package org.dl4jplugins.mtl.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Labels and predictions [batch, channels, height, width] or [batch, channels] side by side, pixel
 * by pixel, without the pixels that do not count: those masked out and those whose label is all
 * zeros.
 */
final class Pixels {

    /** Work on one pixel that counts. */
    interface Visitor {
        /** Labels and predictions of the pixel, one value per channel; both arrays are reused. */
        void pixel(float[] label, float[] prediction);
    }

    private Pixels() {}

    /**
     * Visits every pixel that counts.
     *
     * @param mask null, or with 0 where a pixel does not count: [batch], [batch, 1], [batch,
     *     height, width], [batch, 1, height, width], or the labels' shape (a pixel counts if all
     *     its channels do)
     * @throws IllegalArgumentException if shapes do not fit
     */
    static void visit(INDArray labels, INDArray predictions, INDArray mask, Visitor visitor) {
        int rank = labels.rank();
        if (!labels.equalShapes(predictions) || rank != 2 && rank != 4) {
            throw new IllegalArgumentException(
                    "Labels and predictions must both be [batch, channels, height, width] or [batch,"
                            + " channels], got "
                            + Arrays.toString(labels.shape())
                            + " and "
                            + Arrays.toString(predictions.shape()));
        }
        int batch = (int) labels.size(0);
        int channels = (int) labels.size(1);
        int area = rank == 4 ? (int) (labels.size(2) * labels.size(3)) : 1;
        float[] truth = floats(labels);
        float[] guess = floats(predictions);
        float[] counts = mask == null ? null : floats(mask);
        int planes = counts == null ? 0 : planes(mask, labels, batch, channels, area);
        float[] label = new float[channels];
        float[] prediction = new float[channels];
        for (int example = 0; example < batch; example++) {
            for (int p = 0; p < area; p++) {
                boolean labeled = false;
                for (int c = 0, at = example * channels * area + p; c < channels; c++, at += area) {
                    label[c] = truth[at];
                    prediction[c] = guess[at];
                    labeled |= truth[at] != 0;
                }
                if (labeled && (counts == null || counted(counts, example, p, planes, area))) {
                    visitor.pixel(label, prediction);
                }
            }
        }
    }

    private static float[] floats(INDArray array) {
        return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
    }

    /** Planes of [height, width] per example in the mask; 0 if it has one value per example. */
    private static int planes(INDArray mask, INDArray labels, int batch, int channels, int area) {
        boolean perExample = mask.length() == batch && mask.size(0) == batch;
        if (perExample) {
            return 0;
        }
        boolean all = mask.equalShapes(labels);
        long[] shape = labels.shape();
        boolean one =
                shape.length == 4
                        && (Arrays.equals(mask.shape(), new long[] {batch, 1, shape[2], shape[3]})
                                || Arrays.equals(
                                        mask.shape(), new long[] {batch, shape[2], shape[3]}));
        if (!all && !one) {
            throw new IllegalArgumentException(
                    "Mask "
                            + Arrays.toString(mask.shape())
                            + " does not fit labels "
                            + Arrays.toString(shape));
        }
        return all ? channels : 1;
    }

    private static boolean counted(float[] counts, int example, int p, int planes, int area) {
        if (planes == 0) {
            return counts[example] != 0;
        }
        for (int c = 0; c < planes; c++) {
            if (counts[(example * planes + c) * area + p] == 0) {
                return false;
            }
        }
        return true;
    }
}
