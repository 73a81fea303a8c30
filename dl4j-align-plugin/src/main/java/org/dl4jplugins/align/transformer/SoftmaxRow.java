package org.dl4jplugins.align.transformer;

import org.dl4jplugins.core.accel.FloatMath;

/** Softmax of a row of floats, in chunks that stay in the cache. */
final class SoftmaxRow {
    private final FloatMath math = new FloatMath();
    private final float[] chunk = new float[FloatMath.MAX_LENGTH];
    private double sum;

    /** The mean of a row. */
    static double mean(float[] x) {
        return sum(x, x.length) / x.length;
    }

    /**
     * {@code x := exp(x - max x)}.
     *
     * @param x the row
     * @return log of the sum of the exponentials of the original values
     */
    double exponentials(float[] x) {
        float max = max(x);
        sum = 0;
        for (int start = 0; start < x.length; start += chunk.length) {
            int n = Math.min(chunk.length, x.length - start);
            for (int i = 0; i < n; i++) {
                chunk[i] = x[start + i] - max;
            }
            math.exp(chunk, n);
            sum += sum(chunk, n);
            System.arraycopy(chunk, 0, x, start, n);
        }
        return max + Math.log(sum);
    }

    /**
     * {@code x := scale x / sum - spread}, after {@link #exponentials}.
     *
     * @param x the exponentials
     * @param scale of the probabilities
     * @param spread subtracted from each
     */
    void probabilities(float[] x, float scale, float spread) {
        float factor = (float) (scale / sum);
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * factor - spread;
        }
    }

    /** In four strands, as each maximum waits for the one before. */
    private static float max(float[] x) {
        float a = Float.NEGATIVE_INFINITY;
        float b = a;
        float c = a;
        float d = a;
        int i = 0;
        for (; i + 3 < x.length; i += 4) {
            a = Math.max(a, x[i]);
            b = Math.max(b, x[i + 1]);
            c = Math.max(c, x[i + 2]);
            d = Math.max(d, x[i + 3]);
        }
        for (; i < x.length; i++) {
            a = Math.max(a, x[i]);
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    private static double sum(float[] x, int n) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        for (; i < n; i++) {
            a += x[i];
        }
        return a + b + c + d;
    }
}
