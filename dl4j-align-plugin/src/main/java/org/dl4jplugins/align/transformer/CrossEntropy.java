package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy with ids as labels; loss and gradient from one pass over the logits, row by
 * row in the cache. With label smoothing s over V classes the loss of a token is {@code (1 - s)
 * (-log p_label) + s / V sum_c (-log p_c)}.
 */
final class CrossEntropy {
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
    static double[] compute(
            INDArray logits,
            TokenTargets targets,
            double smoothing,
            double factor,
            INDArray gradient) {
        boolean fast = Floats.dense(logits) && (gradient == null || Floats.dense(gradient));
        return fast
                ? floats(logits, targets, smoothing, factor, gradient)
                : doubles(logits, targets, smoothing, factor, gradient);
    }

    private static double[] floats(
            INDArray logits,
            TokenTargets targets,
            double smoothing,
            double factor,
            INDArray gradient) {
        int classes = (int) logits.size(1);
        double[] losses = new double[targets.labels().length];
        FloatBuffer from = Floats.of(logits);
        FloatBuffer to = gradient == null ? null : Floats.of(gradient);
        float[] zeros = gradient == null ? null : new float[classes];
        Workers.loop(
                losses.length,
                4 * logits.length(),
                (first, end) -> {
                    float[] x = new float[classes];
                    SoftmaxRow row = new SoftmaxRow();
                    for (int i = first; i < end; i++) {
                        double weight = targets.weights()[i];
                        if (weight == 0) {
                            if (to != null) {
                                to.put(i * classes, zeros, 0, classes);
                            }
                            continue;
                        }
                        from.get(i * classes, x, 0, classes);
                        int label = targets.labels()[i];
                        double score = x[label];
                        double mean = smoothing == 0 ? 0 : SoftmaxRow.mean(x);
                        double logSum = row.exponentials(x);
                        losses[i] = logSum - (1 - smoothing) * score - smoothing * mean;
                        if (to != null) {
                            float scale = (float) (weight * factor);
                            float spread = (float) (weight * factor * smoothing / classes);
                            row.probabilities(x, scale, spread);
                            x[label] -= (float) (weight * factor * (1 - smoothing));
                            to.put(i * classes, x, 0, classes);
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
