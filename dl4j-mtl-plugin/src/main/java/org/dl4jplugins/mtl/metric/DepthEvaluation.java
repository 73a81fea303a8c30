package org.dl4jplugins.mtl.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.nd4j.evaluation.BaseEvaluation;
import org.nd4j.evaluation.IMetric;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Depth estimation: mean absolute and mean relative error over all valid pixels seen. Labels and
 * predictions are [batch, 1, height, width] (or [batch, 1]) in one unit. Pixels with depth 0 or a
 * mask of 0 are invalid and do not count.
 *
 * <p>Published code often averages per batch and then over batches; here every valid pixel weighs
 * the same, so the result does not depend on the batch size.
 */
public final class DepthEvaluation extends BaseEvaluation<DepthEvaluation> {

    /** What can be asked of a {@link DepthEvaluation}; of both less is better. */
    public enum Metric implements IMetric {
        /** Mean |predicted - actual|, in the labels' unit. */
        ABSOLUTE_ERROR,
        /** Mean |predicted - actual| / |actual|, 1 = 100 %. */
        RELATIVE_ERROR;

        @Override
        public Class<DepthEvaluation> getEvaluationClass() {
            return DepthEvaluation.class;
        }

        @Override
        public boolean minimize() {
            return true;
        }
    }

    private double absolute;
    private double relative;
    private long count;

    @Override
    public void eval(
            INDArray labels,
            INDArray networkPredictions,
            INDArray maskArray,
            List<? extends Serializable> recordMetaData) {
        if (labels.size(1) != 1) {
            throw new IllegalArgumentException("Expected 1 channel, got " + labels.size(1));
        }
        Pixels.visit(
                labels,
                networkPredictions,
                maskArray,
                (label, prediction) -> {
                    double error = Math.abs((double) prediction[0] - label[0]);
                    absolute += error;
                    relative += error / Math.abs(label[0]);
                    count++;
                });
    }

    /** {@link Metric#ABSOLUTE_ERROR}; NaN before the first valid pixel. */
    public double absoluteError() {
        return absolute / count;
    }

    /** {@link Metric#RELATIVE_ERROR}; NaN before the first valid pixel. */
    public double relativeError() {
        return relative / count;
    }

    @Override
    public void merge(DepthEvaluation other) {
        absolute += other.absolute;
        relative += other.relative;
        count += other.count;
    }

    @Override
    public void reset() {
        absolute = 0;
        relative = 0;
        count = 0;
    }

    @Override
    public String stats() {
        return String.format(
                Locale.ROOT,
                "absolute error %.4f, relative error %.4f",
                absoluteError(),
                relativeError());
    }

    @Override
    public double getValue(IMetric metric) {
        if (metric == Metric.ABSOLUTE_ERROR) {
            return absoluteError();
        }
        if (metric == Metric.RELATIVE_ERROR) {
            return relativeError();
        }
        throw new IllegalArgumentException("Not a metric of depth: " + metric);
    }

    @Override
    public DepthEvaluation newInstance() {
        return new DepthEvaluation();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DepthEvaluation evaluation
                && count == evaluation.count
                && absolute == evaluation.absolute
                && relative == evaluation.relative;
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(absolute, relative, count);
    }
}
