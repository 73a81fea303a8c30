package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.dl4jplugins.core.accel.FloatMath;
import org.dl4jplugins.core.accel.Floats;

/**
 * Softmax and its gradient on some rows of the score matrix of one head, and the working memory for
 * it; one per thread.
 */
final class AttentionRows {
    private static final float HIDDEN = -1e30f;

    private final AttentionTask task;
    private final FloatMath math = new FloatMath();
    private final int capacity;
    private final float[] x;
    private final float[] y;
    private final float[] bias;
    private final FloatBuffer biases;

    AttentionRows(AttentionTask task) {
        this.task = task;
        this.capacity = Math.max(FloatMath.MAX_LENGTH, task.keys());
        this.x = new float[capacity];
        this.y = new float[capacity];
        this.bias = task.bias() == null ? null : new float[task.keys()];
        this.biases = task.bias() == null ? null : Floats.of(task.bias());
    }

    /** Rows that are worked on at once. */
    private int step(AttentionTile t) {
        return Math.max(1, capacity / t.keys());
    }

    /**
     * Scores to weights, in place.
     *
     * @param t which rows and columns of which head
     * @param scores dense
     */
    void softmax(AttentionTile t, FloatBuffer scores) {
        int n = t.keys();
        int step = step(t);
        for (int r = 0; r < t.rows(); r += step) {
            int rows = Math.min(step, t.rows() - r);
            scores.get(r * n, x, 0, rows * n);
            for (int i = 0; i < rows; i++) {
                shift(t, t.firstRow() + r + i, i * n);
            }
            exp(rows * n);
            for (int i = 0; i < rows; i++) {
                normalize(i * n, n);
            }
            scores.put(r * n, x, 0, rows * n);
        }
    }

    /** Scales, adds the bias, hides what may not be seen, subtracts the maximum. */
    private void shift(AttentionTile t, int query, int at) {
        int from = at + task.firstKey(query) - t.firstKey();
        int to = at + task.endKey(query) - t.firstKey();
        int end = at + t.keys();
        float scale = (float) task.conf().getScale();
        for (int j = from; j < to; j++) {
            x[j] *= scale;
        }
        if (bias != null) {
            int row = (t.head() * task.queries() + query) * task.keys() + t.firstKey();
            biases.get(row, bias, 0, t.keys());
            for (int j = from; j < to; j++) {
                x[j] += bias[j - at];
            }
        }
        if (task.mask() != null) {
            int row = t.example() * task.keys() + t.firstKey() - at;
            float[] mask = task.mask();
            for (int j = from; j < to; j++) {
                x[j] = mask[row + j] == 0 ? HIDDEN : x[j];
            }
        }
        float max = max(from, to);
        float by = max <= HIDDEN ? 0 : max;
        for (int j = from; j < to; j++) {
            x[j] -= by;
        }
        Arrays.fill(x, at, from, HIDDEN);
        Arrays.fill(x, to, end, HIDDEN);
    }

    private float max(int from, int to) {
        float a = HIDDEN;
        float b = HIDDEN;
        int j = from;
        for (; j + 1 < to; j += 2) {
            a = x[j] > a ? x[j] : a;
            b = x[j + 1] > b ? x[j + 1] : b;
        }
        if (j < to) {
            a = x[j] > a ? x[j] : a;
        }
        return a > b ? a : b;
    }

    private void exp(int n) {
        if (n <= FloatMath.MAX_LENGTH) {
            math.exp(x, n);
            return;
        }
        for (int start = 0; start < n; start += FloatMath.MAX_LENGTH) {
            int length = Math.min(FloatMath.MAX_LENGTH, n - start);
            System.arraycopy(x, start, y, 0, length);
            math.exp(y, length);
            System.arraycopy(y, 0, x, start, length);
        }
    }

    private void normalize(int at, int n) {
        double sum = sum(at, at + n);
        float factor = sum == 0 ? 0 : (float) (1 / sum);
        for (int j = at; j < at + n; j++) {
            x[j] *= factor;
        }
    }

    private float sum(int from, int to) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int j = from;
        for (; j + 3 < to; j += 4) {
            a += x[j];
            b += x[j + 1];
            c += x[j + 2];
            d += x[j + 3];
        }
        for (; j < to; j++) {
            a += x[j];
        }
        return a + b + (c + d);
    }

    /** Applies dropout to rows of weights or of their gradient. */
    private void drop(AttentionTile t, int r, int rows, float[] values) {
        float factor = task.keptFactor();
        long head = (long) t.example() * task.heads() + t.head();
        for (int i = 0; i < rows; i++) {
            long query = head * task.queries() + t.firstRow() + r + i;
            long place = query * task.keys() + t.firstKey();
            for (int j = 0; j < t.keys(); j++) {
                float kept = task.keeps(place + j) ? factor : 0;
                values[i * t.keys() + j] *= kept;
            }
        }
    }

    /**
     * Applies dropout.
     *
     * @param t which rows and columns of which head
     * @param weights dense
     * @param dropped receives the weights after dropout, densely; may be weights
     */
    void dropout(AttentionTile t, FloatBuffer weights, FloatBuffer dropped) {
        int n = t.keys();
        int step = step(t);
        for (int r = 0; r < t.rows(); r += step) {
            int rows = Math.min(step, t.rows() - r);
            weights.get(r * n, x, 0, rows * n);
            drop(t, r, rows, x);
            dropped.put(r * n, x, 0, rows * n);
        }
    }

    /**
     * Gradient of weights to gradient of the unscaled products of queries and keys, in place.
     *
     * @param t which rows and columns of which head
     * @param weights dense
     * @param gradient of the weights after dropout, dense
     * @param biasGradient [heads, queries, keys], to which the scores' gradient is added, or null
     */
    void gradient(
            AttentionTile t, FloatBuffer weights, FloatBuffer gradient, FloatBuffer biasGradient) {
        int n = t.keys();
        int step = step(t);
        for (int r = 0; r < t.rows(); r += step) {
            int rows = Math.min(step, t.rows() - r);
            weights.get(r * n, x, 0, rows * n);
            gradient.get(r * n, y, 0, rows * n);
            if (task.drops()) {
                drop(t, r, rows, y);
            }
            for (int i = 0; i < rows; i++) {
                scoreGradient(i * n, n);
                if (biasGradient != null) {
                    add(t, t.firstRow() + r + i, i * n, biasGradient);
                }
            }
            float scale = (float) task.conf().getScale();
            for (int j = 0; j < rows * n; j++) {
                y[j] *= scale;
            }
            gradient.put(r * n, y, 0, rows * n);
        }
    }

    private void scoreGradient(int at, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int j = at;
        int end = at + n;
        for (; j + 3 < end; j += 4) {
            a += x[j] * y[j];
            b += x[j + 1] * y[j + 1];
            c += x[j + 2] * y[j + 2];
            d += x[j + 3] * y[j + 3];
        }
        for (; j < end; j++) {
            a += x[j] * y[j];
        }
        float mean = a + b + (c + d);
        for (j = at; j < end; j++) {
            y[j] = x[j] * (y[j] - mean);
        }
    }

    private void add(AttentionTile t, int query, int at, FloatBuffer biasGradient) {
        int row = (t.head() * task.queries() + query) * task.keys() + t.firstKey();
        biasGradient.get(row, bias, 0, t.keys());
        for (int j = 0; j < t.keys(); j++) {
            bias[j] += y[at + j];
        }
        biasGradient.put(row, bias, 0, t.keys());
    }
}
