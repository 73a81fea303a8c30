package org.dl4jplugins.align.transformer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Softmax of one row of floats, in loops that the compiler vectorizes.
 *
 * <p>The exponential is {@code 2^n p(f)} with n the rounded exponent and p a polynomial on [-ln 2 /
 * 2, ln 2 / 2], exact to about 2e-7 relative; below -87 it is 1e-38, not 0. Rounding goes through a
 * large number, whose lowest bits are n.
 */
final class SoftmaxRow {
    private static final float ROUNDER = 12582912f; // 1.5 * 2^23
    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float LOWEST = -87f;
    private static final int CHUNK = 1024;

    private final float[] shifted = new float[CHUNK];
    private final int[] bits = new int[CHUNK];
    private final FloatBuffer floats;
    private final IntBuffer ints;
    private double sum;

    SoftmaxRow(int length) {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(Math.min(length, CHUNK) * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        floats = memory.asFloatBuffer();
        ints = memory.asIntBuffer();
    }

    /** The mean of a row. */
    static double mean(float[] x) {
        double sum = 0;
        for (float value : x) {
            sum += value;
        }
        return sum / x.length;
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
        for (int start = 0; start < x.length; start += CHUNK) {
            int n = Math.min(CHUNK, x.length - start);
            exponentials(x, start, n, max);
            sum += sum(x, start, n);
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

    private void exponentials(float[] x, int start, int n, float max) {
        float[] t = shifted;
        int[] b = bits;
        for (int i = 0; i < n; i++) {
            float v = Math.max(x[start + i] - max, LOWEST);
            x[start + i] = v;
            t[i] = v * LOG2_E + ROUNDER;
        }
        floats.put(0, t, 0, n);
        ints.get(0, b, 0, n);
        for (int i = 0; i < n; i++) {
            b[i] = (b[i] - ROUNDER_BITS + 127) << 23;
        }
        for (int i = 0; i < n; i++) {
            float k = t[i] - ROUNDER;
            float f = x[start + i] - k * LN2_HIGH - k * LN2_LOW;
            float p = 1.9875691500e-4f;
            p = p * f + 1.3981999507e-3f;
            p = p * f + 8.3334519073e-3f;
            p = p * f + 4.1665795894e-2f;
            p = p * f + 1.6666665459e-1f;
            p = p * f + 5.0000001201e-1f;
            x[start + i] = p * f * f + f + 1f;
        }
        ints.put(0, b, 0, n);
        floats.get(0, t, 0, n);
        for (int i = 0; i < n; i++) {
            x[start + i] *= t[i];
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

    private static double sum(float[] x, int start, int n) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int end = start + n;
        int i = start;
        for (; i + 3 < end; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        for (; i < end; i++) {
            a += x[i];
        }
        return a + b + c + d;
    }
}
