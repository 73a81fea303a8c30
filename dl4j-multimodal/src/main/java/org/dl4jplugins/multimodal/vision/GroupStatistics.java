package org.dl4jplugins.multimodal.vision;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Group normalization forth and back, on dense arrays in 'c' order. A group is one block of memory:
 * FLOAT goes through loops over these blocks, other types through ND4J.
 *
 * @param groups of channels
 * @param eps added to the variance
 */
record GroupStatistics(int groups, double eps) {

    /** {@code out = (x - mean) / sqrt(variance + eps) * gain + offset}. */
    void forward(INDArray x, INDArray gain, INDArray offset, INDArray out) {
        if (Floats.dense(x) && Floats.dense(out)) {
            byLoops(x, gain, offset, out);
            return;
        }
        INDArray y = standardized(x, deviations(x)).reshape(perChannel(x));
        y.muliColumnVector(column(gain, x)).addiColumnVector(column(offset, x));
        out.assign(y.reshape(x.shape()));
    }

    /** Writes dx and returns the gradients of gain and offset [channels]. */
    INDArray[] backward(INDArray x, INDArray gain, INDArray dy, INDArray dx) {
        if (Floats.dense(x) && Floats.dense(dy) && Floats.dense(dx)) {
            return backwardByLoops(x, gain, dy, dx);
        }
        INDArray deviations = deviations(x);
        INDArray y = standardized(x, deviations);
        long[] perChannel = perChannel(x);
        INDArray gradients = dy.reshape('c', perChannel);
        long channels = x.size(1);
        INDArray ofGain = gradients.mul(y.reshape('c', perChannel)).sum(1);
        INDArray ofOffset = gradients.sum(1);
        INDArray dz = gradients.mulColumnVector(column(gain, x)).reshape('c', perGroup(x));
        INDArray along = dz.mul(y).mean(true, 1);
        INDArray result = dz.subColumnVector(dz.mean(true, 1)).subi(y.mulColumnVector(along));
        dx.assign(result.diviColumnVector(deviations).reshape('c', x.shape()));
        return new INDArray[] {
            ofGain.reshape('c', x.size(0), channels).sum(0),
            ofOffset.reshape('c', x.size(0), channels).sum(0)
        };
    }

    private INDArray deviations(INDArray x) {
        INDArray variances = x.reshape('c', perGroup(x)).var(false, 1);
        return Transforms.sqrt(variances.addi(eps), false).reshape('c', variances.length(), 1);
    }

    private INDArray standardized(INDArray x, INDArray deviations) {
        INDArray rows = x.reshape('c', perGroup(x));
        return rows.subColumnVector(rows.mean(true, 1)).diviColumnVector(deviations);
    }

    private static INDArray column(INDArray ofChannels, INDArray x) {
        INDArray row = ofChannels.reshape('c', 1, x.size(1));
        return Nd4j.tile(row, (int) x.size(0), 1).reshape('c', x.size(0) * x.size(1), 1);
    }

    private long[] perGroup(INDArray x) {
        return new long[] {x.size(0) * groups, x.length() / x.size(0) / groups};
    }

    private static long[] perChannel(INDArray x) {
        return new long[] {x.size(0) * x.size(1), x.size(2) * x.size(3)};
    }

    private void byLoops(INDArray x, INDArray gain, INDArray offset, INDArray out) {
        float[] g = gain.ravel().toFloatVector();
        float[] b = offset.ravel().toFloatVector();
        FloatBuffer from = Floats.of(x);
        FloatBuffer to = Floats.of(out);
        int channels = g.length / groups;
        int pixels = (int) (x.size(2) * x.size(3));
        int n = channels * pixels;
        Workers.loop(
                (int) x.size(0) * groups,
                x.length(),
                (begin, end) -> {
                    float[] block = new float[n];
                    for (int i = begin; i < end; i++) {
                        from.get(i * n, block);
                        standardize(block);
                        int first = i % groups * channels;
                        for (int c = 0; c < channels; c++) {
                            float factor = g[first + c];
                            float term = b[first + c];
                            for (int k = c * pixels; k < (c + 1) * pixels; k++) {
                                block[k] = block[k] * factor + term;
                            }
                        }
                        to.put(i * n, block);
                    }
                });
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(out);
    }

    private INDArray[] backwardByLoops(INDArray x, INDArray gain, INDArray dy, INDArray dx) {
        float[] g = gain.ravel().toFloatVector();
        FloatBuffer from = Floats.of(x);
        FloatBuffer gradients = Floats.of(dy);
        FloatBuffer to = Floats.of(dx);
        int batch = (int) x.size(0);
        int channels = g.length / groups;
        int pixels = (int) (x.size(2) * x.size(3));
        int n = channels * pixels;
        double[][] ofGain = new double[batch][g.length];
        double[][] ofOffset = new double[batch][g.length];
        Workers.loop(
                batch * groups,
                x.length(),
                (begin, end) -> {
                    float[] y = new float[n];
                    float[] d = new float[n];
                    for (int i = begin; i < end; i++) {
                        from.get(i * n, y);
                        gradients.get(i * n, d);
                        double deviation = standardize(y);
                        int first = i % groups * channels;
                        double sum = 0;
                        double along = 0;
                        for (int c = 0; c < channels; c++) {
                            double s = 0;
                            double a = 0;
                            for (int k = c * pixels; k < (c + 1) * pixels; k++) {
                                s += d[k];
                                a += d[k] * y[k];
                                d[k] *= g[first + c];
                            }
                            ofOffset[i / groups][first + c] = s;
                            ofGain[i / groups][first + c] = a;
                            sum += s * g[first + c];
                            along += a * g[first + c];
                        }
                        float mean = (float) (sum / n);
                        float slope = (float) (along / n);
                        float factor = (float) (1 / deviation);
                        for (int k = 0; k < n; k++) {
                            d[k] = (d[k] - mean - y[k] * slope) * factor;
                        }
                        to.put(i * n, d);
                    }
                });
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(dy);
        Reference.reachabilityFence(dx);
        return new INDArray[] {sum(ofGain), sum(ofOffset)};
    }

    /** Mean 0 and variance 1 in place; returns the deviation that was divided by. */
    private double standardize(float[] block) {
        double sum = 0;
        for (float v : block) {
            sum += v;
        }
        float mean = (float) (sum / block.length);
        double squares = 0;
        for (float v : block) {
            squares += (double) (v - mean) * (v - mean);
        }
        double deviation = Math.sqrt(squares / block.length + eps);
        float factor = (float) (1 / deviation);
        for (int k = 0; k < block.length; k++) {
            block[k] = (block[k] - mean) * factor;
        }
        return deviation;
    }

    private static INDArray sum(double[][] rows) {
        return Nd4j.createFromArray(rows).sum(0);
    }
}
