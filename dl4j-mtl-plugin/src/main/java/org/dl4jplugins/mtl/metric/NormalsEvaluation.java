package org.dl4jplugins.mtl.metric;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.evaluation.IMetric;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Surface normals: the angle between predicted and true vector over all valid pixels seen. Labels
 * and predictions are [batch, 3, height, width] (or [batch, 3]); lengths do not matter, a predicted
 * zero vector counts as 90 degrees. Pixels whose label is the zero vector or whose mask is 0 do not
 * count.
 *
 * <p>Angles are kept as a histogram with steps of 0.01 degrees, so the median is good to 0.01
 * degrees, memory does not grow with the data, and merging parts gives what the whole would give.
 */
public final class NormalsEvaluation extends BaseEvaluation<NormalsEvaluation> {

    /** What can be asked of a {@link NormalsEvaluation}. */
    public enum Metric implements IMetric {
        /** Mean angle in degrees, less is better. */
        MEAN_ANGLE,
        /** Median angle in degrees, less is better. */
        MEDIAN_ANGLE,
        /** Share of pixels with less than 11.25 degrees, 0 to 1. */
        WITHIN_11_25,
        /** Share of pixels with less than 22.5 degrees, 0 to 1. */
        WITHIN_22_5,
        /** Share of pixels with less than 30 degrees, 0 to 1. */
        WITHIN_30;

        @Override
        public Class<NormalsEvaluation> getEvaluationClass() {
            return NormalsEvaluation.class;
        }

        @Override
        public boolean minimize() {
            return this == MEAN_ANGLE || this == MEDIAN_ANGLE;
        }
    }

    private static final int STEPS_PER_DEGREE = 100;
    private static final double[] LIMITS = {11.25, 22.5, 30};

    private final long[] histogram = new long[180 * STEPS_PER_DEGREE + 1];
    private final long[] within = new long[LIMITS.length];
    private double sum;
    private long count;

    @Override
    public void eval(
            INDArray labels,
            INDArray networkPredictions,
            INDArray maskArray,
            List<? extends Serializable> recordMetaData) {
        if (labels.size(1) != 3) {
            throw new IllegalArgumentException("Expected 3 channels, got " + labels.size(1));
        }
        Pixels.visit(
                labels,
                networkPredictions,
                maskArray,
                (label, prediction) -> add(angle(label, prediction)));
    }

    /** Degrees between two vectors; 90 if one has no length. */
    private static double angle(float[] a, float[] b) {
        double dot = 0;
        double lengths = 0;
        double lengthOfB = 0;
        for (int c = 0; c < a.length; c++) {
            dot += (double) a[c] * b[c];
            lengths += (double) a[c] * a[c];
            lengthOfB += (double) b[c] * b[c];
        }
        lengths = Math.sqrt(lengths * lengthOfB);
        double cosine = lengths == 0 ? 0 : Math.max(-1, Math.min(1, dot / lengths));
        return Math.toDegrees(Math.acos(cosine));
    }

    private void add(double degrees) {
        histogram[(int) (degrees * STEPS_PER_DEGREE)]++;
        for (int i = 0; i < LIMITS.length; i++) {
            if (degrees < LIMITS[i]) {
                within[i]++;
            }
        }
        sum += degrees;
        count++;
    }

    /** {@link Metric#MEAN_ANGLE}; NaN before the first valid pixel. */
    public double meanAngle() {
        return sum / count;
    }

    /** {@link Metric#MEDIAN_ANGLE}; NaN before the first valid pixel. */
    public double medianAngle() {
        if (count == 0) {
            return Double.NaN;
        }
        return (ranked((count - 1) / 2) + ranked(count / 2)) / 2;
    }

    /** Middle of the step that holds the angle of this rank, from 0 for the smallest. */
    private double ranked(long rank) {
        long before = 0;
        for (int step = 0; step < histogram.length; step++) {
            before += histogram[step];
            if (before > rank) {
                return (step + 0.5) / STEPS_PER_DEGREE;
            }
        }
        throw new IllegalStateException("Fewer than " + rank + " angles");
    }

    @Override
    public void merge(NormalsEvaluation other) {
        for (int step = 0; step < histogram.length; step++) {
            histogram[step] += other.histogram[step];
        }
        for (int i = 0; i < within.length; i++) {
            within[i] += other.within[i];
        }
        sum += other.sum;
        count += other.count;
    }

    @Override
    public void reset() {
        Arrays.fill(histogram, 0);
        Arrays.fill(within, 0);
        sum = 0;
        count = 0;
    }

    @Override
    public String stats() {
        return String.format(
                Locale.ROOT,
                "angle mean %.2f, median %.2f; within 11.25: %.4f, 22.5: %.4f, 30: %.4f",
                meanAngle(),
                medianAngle(),
                getValue(Metric.WITHIN_11_25),
                getValue(Metric.WITHIN_22_5),
                getValue(Metric.WITHIN_30));
    }

    @Override
    public double getValue(IMetric metric) {
        if (!(metric instanceof Metric own)) {
            throw new IllegalArgumentException("Not a metric of normals: " + metric);
        }
        return switch (own) {
            case MEAN_ANGLE -> meanAngle();
            case MEDIAN_ANGLE -> medianAngle();
            case WITHIN_11_25 -> (double) within[0] / count;
            case WITHIN_22_5 -> (double) within[1] / count;
            case WITHIN_30 -> (double) within[2] / count;
        };
    }

    @Override
    public NormalsEvaluation newInstance() {
        return new NormalsEvaluation();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NormalsEvaluation evaluation
                && count == evaluation.count
                && sum == evaluation.sum
                && Arrays.equals(within, evaluation.within)
                && Arrays.equals(histogram, evaluation.histogram);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(sum, count, Arrays.hashCode(histogram));
    }
}
