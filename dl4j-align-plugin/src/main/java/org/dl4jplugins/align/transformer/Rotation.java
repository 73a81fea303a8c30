package org.dl4jplugins.align.transformer;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Turns the heads of [batch, time, heads * headSize] by the positions of their tokens. */
final class Rotation {
    private final RotaryEmbedding settings;
    private final int headSize;
    private final int pairs;
    private double[] table = {}; // [position][cosines, sines]

    Rotation(RotaryEmbedding settings, int headSize) {
        this.settings = settings;
        this.headSize = headSize;
        this.pairs = settings.size(headSize) / 2;
    }

    /**
     * Turns.
     *
     * @param from [batch, time, heads * headSize]
     * @param to the same shape, 'c' order; may be the same array
     * @param positions [batch][time]
     * @param lengths tokens of each sequence
     * @param back whether to turn back, which is the backward pass
     */
    void turn(INDArray from, INDArray to, int[][] positions, int[] lengths, boolean back) {
        int batch = (int) from.size(0);
        int time = (int) from.size(1);
        Arrays.stream(lengths).forEach(this::checkLength);
        double[] angles = new double[batch * time * 2 * pairs];
        for (int b = 0; b < batch; b++) {
            int row = b * time * 2 * pairs;
            rows(positions[b], lengths[b], angles, row);
        }
        if (Floats.dense(from) && Floats.dense(to)) {
            turnRows(from, to, angles, back);
            return;
        }
        INDArray turns =
                Nd4j.createFromArray(angles)
                        .castTo(from.dataType())
                        .reshape('c', batch, time, 2, pairs);
        turn(from, to, turns, back);
    }

    /** In one pass over memory, on all cores. */
    private void turnRows(INDArray from, INDArray to, double[] angles, boolean back) {
        FloatBuffer x = Floats.of(from);
        FloatBuffer y = Floats.of(to);
        int width = (int) from.size(2);
        Workers.loop(
                x.capacity() / width,
                x.capacity(),
                (first, end) -> {
                    float[] row = new float[width];
                    float[] cos = new float[pairs];
                    float[] sin = new float[pairs];
                    for (int i = first; i < end; i++) {
                        for (int k = 0; k < pairs; k++) {
                            double s = angles[(2 * i + 1) * pairs + k];
                            cos[k] = (float) angles[2 * i * pairs + k];
                            sin[k] = (float) (back ? -s : s);
                        }
                        x.get(i * width, row);
                        for (int h = 0; h < width; h += headSize) {
                            turnHead(row, h, cos, sin);
                        }
                        y.put(i * width, row);
                    }
                });
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(to);
    }

    private void turnHead(float[] row, int h, float[] cos, float[] sin) {
        for (int k = 0; k < pairs; k++) {
            float a = row[h + k];
            float b = row[h + pairs + k];
            row[h + k] = a * cos[k] - b * sin[k];
            row[h + pairs + k] = b * cos[k] + a * sin[k];
        }
    }

    private void checkLength(int length) {
        int max = settings.getMaxLength();
        if (max > 0 && length > max) {
            throw new DL4JInvalidInputException(
                    "a sequence has "
                            + length
                            + " tokens, must have at most "
                            + max
                            + ", the maxLength of the rotary embedding"
                            + " (max_position_embeddings of the model)");
        }
    }

    private void turn(INDArray from, INDArray to, INDArray turns, boolean back) {
        long[] heads = {from.size(0), from.size(1), from.size(2) / headSize, headSize};
        long[] shape = {heads[0], heads[1], heads[2], pairs};
        INDArray x = from.reshape('c', heads);
        INDArray y = to.reshape('c', heads);
        INDArray cos = row(turns, 0).broadcast(shape);
        INDArray sin = row(turns, 1).broadcast(shape);
        if (back) {
            sin = sin.neg();
        }
        INDArray a = part(x, 0, pairs);
        INDArray b = part(x, pairs, 2 * pairs);
        INDArray first = a.mul(cos).subi(b.mul(sin));
        INDArray second = b.mul(cos).addi(a.mul(sin));
        if (from != to) {
            to.assign(from);
        }
        part(y, 0, pairs).assign(first);
        part(y, pairs, 2 * pairs).assign(second);
    }

    /** [batch, time, 1, pairs]. */
    private static INDArray row(INDArray turns, int i) {
        return turns.get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(i, i + 1),
                NDArrayIndex.all());
    }

    private static INDArray part(INDArray x, int from, int to) {
        return x.get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(from, to));
    }

    /** Cosines, then sines, for each position. */
    private void rows(int[] positions, int length, double[] into, int offset) {
        boolean own = settings.dependsOnLength() && length > settings.getTrainedLength();
        double[] frequencies = own ? settings.frequencies(headSize, length) : null;
        for (int t = 0; t < positions.length; t++) {
            int at = offset + t * 2 * pairs;
            if (own) {
                fill(positions[t], frequencies, into, at);
            } else {
                grow(positions[t] + 1);
                System.arraycopy(table, positions[t] * 2 * pairs, into, at, 2 * pairs);
            }
        }
    }

    private void grow(int positions) {
        int known = table.length / (2 * pairs);
        if (positions <= known) {
            return;
        }
        int now = Math.max(positions, 2 * known);
        double[] frequencies = settings.frequencies(headSize, 0);
        double[] larger = Arrays.copyOf(table, now * 2 * pairs);
        for (int p = known; p < now; p++) {
            fill(p, frequencies, larger, p * 2 * pairs);
        }
        table = larger;
    }

    private void fill(int position, double[] frequencies, double[] into, int at) {
        for (int k = 0; k < pairs; k++) {
            into[at + k] = Math.cos(position * frequencies[k]);
            into[at + pairs + k] = Math.sin(position * frequencies[k]);
        }
    }
}
