package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Normalizes the rows of a FLOAT matrix [rows, width], and remembers their statistics. */
final class NormKernel {
    /** Mean square of normalized values beyond which they are not those of the forward pass. */
    private static final double CHANGED = 0.01;

    private final int rows;
    private final int width;
    private final float[] gain;
    private final boolean centers;
    private final float eps;
    private final float[] mean;
    private final float[] scale;
    private NormOutput output;

    /**
     * A kernel for one forward pass and any number of backward passes.
     *
     * @param centers whether the mean is subtracted
     */
    NormKernel(int rows, float[] gain, boolean centers, float eps) {
        this.rows = rows;
        this.width = gain.length;
        this.gain = gain;
        this.centers = centers;
        this.eps = eps;
        mean = new float[rows];
        scale = new float[rows];
    }

    /** Computes the statistics. */
    void measure(INDArray x) {
        FloatBuffer in = Floats.of(x);
        Workers.loop(
                rows,
                in.capacity(),
                (from, end) -> {
                    float[] a = new float[width];
                    for (int r = from; r < end; r++) {
                        in.get(r * width, a);
                        measure(r, a);
                    }
                });
    }

    /** Leaves the centered values in a. */
    private void measure(int row, float[] a) {
        if (centers) {
            float m = Lanes.sum(a, width) / width;
            mean[row] = m;
            for (int j = 0; j < width; j++) {
                a[j] -= m;
            }
        }
        float square = Lanes.dot(a, a, width) / width;
        scale[row] = (float) (1 / Math.sqrt((double) square + eps));
    }

    /** Lets forward passes write over their input, and backward passes read the output. */
    void overwrite(NormOutput kept) {
        output = kept;
    }

    /** Computes y and the statistics. */
    void forward(INDArray x, INDArray y, float[] shift) {
        FloatBuffer in = Floats.of(x);
        FloatBuffer out = Floats.of(y);
        Workers.loop(
                rows,
                in.capacity(),
                (from, end) -> {
                    float[] a = new float[width];
                    for (int r = from; r < end; r++) {
                        in.get(r * width, a);
                        measure(r, a);
                        float s = scale[r];
                        if (output != null) {
                            output.keep(r, a, s);
                        }
                        for (int j = 0; j < width; j++) {
                            a[j] = a[j] * s * gain[j] + shift[j];
                        }
                        out.put(r * width, a);
                    }
                });
    }

    /**
     * Computes the gradients; those of the parameters only if not null.
     *
     * @param x the input, or the output if it was written over the input
     * @throws IllegalStateException if the output is not what the forward pass wrote
     */
    void backward(
            INDArray x, INDArray dy, INDArray dx, INDArray gainGradient, INDArray biasGradient) {
        FloatBuffer in = Floats.of(x);
        FloatBuffer eps = Floats.of(dy);
        FloatBuffer out = Floats.of(dx);
        boolean parameters = gainGradient != null;
        float[][][] sums = FloatRows.slabs(rows, parameters ? width : 0, 2);
        FloatRows.slabLoop(
                rows,
                in.capacity(),
                (slab, from, end) -> {
                    float[] a = new float[width];
                    float[] d = new float[width];
                    for (int r = from; r < end; r++) {
                        in.get(r * width, a);
                        eps.get(r * width, d);
                        normalize(a, r);
                        if (parameters) {
                            sum(a, d, sums[0][slab], sums[1][slab]);
                        }
                        backward(a, d, scale[r]);
                        out.put(r * width, d);
                    }
                });
        if (parameters) {
            FloatRows.total(sums[0], gainGradient);
        }
        if (biasGradient != null) {
            FloatRows.total(sums[1], biasGradient);
        }
    }

    private void normalize(float[] a, int row) {
        float s = scale[row];
        if (output != null) {
            output.normalize(row, a);
            double square = Lanes.dot(a, a, width) / width;
            if (Math.abs(square - (1 - (double) eps * s * s)) > CHANGED) {
                throw new IllegalStateException(
                        "the output that a training step needs was overwritten by a later layer,"
                                + " such as dropout; set inPlace(false)");
            }
            return;
        }
        float m = mean[row];
        for (int j = 0; j < width; j++) {
            a[j] = (a[j] - m) * s;
        }
    }

    private void sum(float[] normal, float[] d, float[] gainSum, float[] biasSum) {
        for (int j = 0; j < width; j++) {
            gainSum[j] += d[j] * normal[j];
            biasSum[j] += d[j];
        }
    }

    /** Turns the gradient of the output into that of the input. */
    private void backward(float[] normal, float[] d, float s) {
        for (int j = 0; j < width; j++) {
            d[j] *= gain[j];
        }
        float projection = Lanes.dot(normal, d, width) / width;
        float offset = centers ? Lanes.sum(d, width) / width : 0;
        for (int j = 0; j < width; j++) {
            d[j] = s * (d[j] - offset - normal[j] * projection);
        }
    }
}
