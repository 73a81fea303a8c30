package org.dl4jplugins.align.transformer;

import java.lang.ref.Reference;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy with ids as labels; loss and gradient from one pass over the logits, row by
 * row in the cache. With label smoothing s over V classes the loss of a token is {@code (1 - s)
 * (-log p_label) + s / V sum_c (-log p_c)}.
 */
public final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * Computes the losses.
     *
     * @param logits [tokens, classes], dense in 'c' order
     * @param targets labels and weights
     * @param smoothing from 0 to below 1
     * @param factor what the gradient is multiplied by, besides the weights
     * @param gradient [tokens, classes], dense in 'c' order, overwritten by weight * factor * (d
     *     loss / d logits), or null if not wanted
     * @return the loss of each token without its weight; 0 where the weight is 0
     */
    public static double[] compute(
            INDArray logits,
            TokenTargets targets,
            double smoothing,
            double factor,
            INDArray gradient) {
        boolean fast = rows(logits) && (gradient == null || rows(gradient));
        try {
            return fast
                    ? floats(logits, targets, smoothing, factor, gradient)
                    : doubles(logits, targets, smoothing, factor, gradient);
        } finally { // addresses alone do not keep memory from being freed
            Reference.reachabilityFence(logits);
            Reference.reachabilityFence(gradient);
        }
    }

    /** Whether rows of floats follow each other without gaps; there may be any number of them. */
    private static boolean rows(INDArray a) {
        return a.dataType() == DataType.FLOAT
                && (a.size(1) == 1 || a.stride(1) == 1)
                && (a.size(0) == 1 || a.stride(0) == a.size(1));
    }

    private static double[] floats(
            INDArray logits,
            TokenTargets targets,
            double smoothing,
            double factor,
            INDArray gradient) {
        int classes = (int) logits.size(1);
        double[] losses = new double[targets.labels().length];
        long from = Floats.address(logits);
        long to = gradient == null ? 0 : Floats.address(gradient);
        long bytes = (long) classes * Float.BYTES;
        Workers.loop(
                losses.length,
                4 * logits.length(),
                (first, end) -> {
                    float[] x = new float[classes];
                    SoftmaxRow row = new SoftmaxRow();
                    for (int i = first; i < end; i++) {
                        double weight = targets.weights()[i];
                        if (weight == 0) {
                            if (to != 0) {
                                Floats.zero(to + i * bytes, classes);
                            }
                            continue;
                        }
                        Floats.of(from + i * bytes, classes).get(x);
                        int label = targets.labels()[i];
                        double score = x[label];
                        double mean = smoothing == 0 ? 0 : SoftmaxRow.mean(x);
                        double logSum = row.exponentials(x);
                        losses[i] = logSum - (1 - smoothing) * score - smoothing * mean;
                        if (to != 0) {
                            float scale = (float) (weight * factor);
                            float spread = (float) (weight * factor * smoothing / classes);
                            row.probabilities(x, scale, spread);
                            x[label] -= (float) (weight * factor * (1 - smoothing));
                            Floats.of(to + i * bytes, classes).put(x);
                        }
                    }
                });
        return losses;
    }

    private static double[] doubles(
            INDArray logits,
            TokenTargets targets,
            double smoothing,
            double factor,
            INDArray gradient) {
        int classes = (int) logits.size(1);
        double[] losses = new double[targets.labels().length];
        for (int i = 0; i < losses.length; i++) {
            double weight = targets.weights()[i];
            double[] g = new double[classes];
            if (weight != 0) {
                double[] x = logits.getRow(i).toDoubleVector();
                int label = targets.labels()[i];
                double max = Double.NEGATIVE_INFINITY;
                double mean = 0;
                for (double value : x) {
                    max = Math.max(max, value);
                    mean += smoothing == 0 ? 0 : value / classes;
                }
                double sum = 0;
                for (int c = 0; c < classes; c++) {
                    g[c] = Math.exp(x[c] - max);
                    sum += g[c];
                }
                double logSum = max + Math.log(sum);
                losses[i] = logSum - (1 - smoothing) * x[label] - smoothing * mean;
                for (int c = 0; c < classes; c++) {
                    double target = (c == label ? 1 - smoothing : 0) + smoothing / classes;
                    g[c] = weight * factor * (g[c] / sum - target);
                }
            }
            if (gradient != null) {
                gradient.getRow(i)
                        .assign(
                                org.nd4j.linalg.factory.Nd4j.createFromArray(g)
                                        .castTo(gradient.dataType()));
            }
        }
        return losses;
    }
}
