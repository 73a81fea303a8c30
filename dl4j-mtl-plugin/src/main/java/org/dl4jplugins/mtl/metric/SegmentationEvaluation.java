package org.dl4jplugins.mtl.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.evaluation.IMetric;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Semantic segmentation: mean intersection over union and pixel accuracy, from one confusion matrix
 * over all pixels seen. Labels are one-hot [batch, classes, height, width] (or [batch, classes]),
 * predictions scores of that shape, the largest wins. Pixels with an all-zero label or a mask of 0
 * do not count.
 *
 * <p>A class that neither occurs nor is predicted has no intersection over union and is left out of
 * the mean.
 */
public final class SegmentationEvaluation extends BaseEvaluation<SegmentationEvaluation> {

    /** What can be asked of a {@link SegmentationEvaluation}; of both more is better. */
    public enum Metric implements IMetric {
        /** Mean over the classes of intersection over union, 0 to 1. */
        MEAN_IOU,
        /** Share of pixels with the right class, 0 to 1. */
        PIXEL_ACCURACY;

        @Override
        public Class<SegmentationEvaluation> getEvaluationClass() {
            return SegmentationEvaluation.class;
        }

        @Override
        public boolean minimize() {
            return false;
        }
    }

    /** Pixels by true class and predicted class. */
    private final long[][] confusion;

    private SegmentationEvaluation() {
        confusion = new long[0][];
    }

    /**
     * @param classes number of classes, 1 or more
     */
    public SegmentationEvaluation(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be 1 or more, got " + classes);
        }
        confusion = new long[classes][classes];
    }

    /** Number of classes. */
    public int classes() {
        return confusion.length;
    }

    @Override
    public void eval(
            INDArray labels,
            INDArray networkPredictions,
            INDArray maskArray,
            List<? extends Serializable> recordMetaData) {
        if (labels.size(1) != classes()) {
            throw new IllegalArgumentException(
                    "Expected " + classes() + " classes on axis 1, got " + labels.size(1));
        }
        Pixels.visit(
                labels,
                networkPredictions,
                maskArray,
                (label, prediction) -> confusion[largest(label)][largest(prediction)]++);
    }

    private static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    /** Pixels of class {@code actual} that were taken for {@code predicted}. */
    public long count(int actual, int predicted) {
        return confusion[actual][predicted];
    }

    /** Intersection over union of one class; NaN if it neither occurs nor is predicted. */
    public double iou(int classNumber) {
        long actual = 0;
        long predicted = 0;
        for (int other = 0; other < classes(); other++) {
            actual += confusion[classNumber][other];
            predicted += confusion[other][classNumber];
        }
        long both = confusion[classNumber][classNumber];
        return (double) both / (actual + predicted - both);
    }

    /** {@link Metric#MEAN_IOU}; NaN before the first pixel. */
    public double meanIou() {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < classes(); c++) {
            double iou = iou(c);
            if (!Double.isNaN(iou)) {
                sum += iou;
                present++;
            }
        }
        return sum / present;
    }

    /** {@link Metric#PIXEL_ACCURACY}; NaN before the first pixel. */
    public double pixelAccuracy() {
        long right = 0;
        long all = 0;
        for (int actual = 0; actual < classes(); actual++) {
            right += confusion[actual][actual];
            for (int predicted = 0; predicted < classes(); predicted++) {
                all += confusion[actual][predicted];
            }
        }
        return (double) right / all;
    }

    @Override
    public void merge(SegmentationEvaluation other) {
        if (other.classes() != classes()) {
            throw new IllegalArgumentException(
                    "Cannot merge " + other.classes() + " classes into " + classes());
        }
        for (int actual = 0; actual < classes(); actual++) {
            for (int predicted = 0; predicted < classes(); predicted++) {
                confusion[actual][predicted] += other.confusion[actual][predicted];
            }
        }
    }

    @Override
    public void reset() {
        for (long[] row : confusion) {
            java.util.Arrays.fill(row, 0);
        }
    }

    @Override
    public String stats() {
        return String.format(
                Locale.ROOT, "mean IoU %.4f, pixel accuracy %.4f", meanIou(), pixelAccuracy());
    }

    @Override
    public double getValue(IMetric metric) {
        if (metric == Metric.MEAN_IOU) {
            return meanIou();
        }
        if (metric == Metric.PIXEL_ACCURACY) {
            return pixelAccuracy();
        }
        throw new IllegalArgumentException("Not a metric of segmentation: " + metric);
    }

    @Override
    public SegmentationEvaluation newInstance() {
        return new SegmentationEvaluation(classes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SegmentationEvaluation evaluation
                && java.util.Arrays.deepEquals(confusion, evaluation.confusion);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.deepHashCode(confusion);
    }
}
