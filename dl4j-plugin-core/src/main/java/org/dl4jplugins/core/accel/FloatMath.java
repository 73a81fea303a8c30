package org.dl4jplugins.core.accel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Functions of many floats at once, written so that the compiler turns the loops into vector
 * instructions: ten times as fast as {@link Math} and accurate to float precision.
 *
 * <p>An instance has working memory for {@link #MAX_LENGTH} elements and must not be shared between
 * threads; make one for each range of a {@link Workers#loop}.
 */
public final class FloatMath {
    /** Most elements of one call; an array of this length fits the L1 cache. */
    public static final int MAX_LENGTH = Floats.CHUNK;

    /** Adding this rounds a float to an integer, which then stands in its lowest bits. */
    private static final float ROUND = 12582912f;

    private final float[] powers = new float[MAX_LENGTH];
    private final int[] bits = new int[MAX_LENGTH];
    private final FloatBuffer asFloats;
    private final IntBuffer asInts;

    /** An instance with its own working memory. */
    public FloatMath() {
        ByteBuffer memory =
                ByteBuffer.allocate(MAX_LENGTH * Float.BYTES).order(ByteOrder.nativeOrder());
        asFloats = memory.asFloatBuffer();
        asInts = memory.asIntBuffer();
    }

    /**
     * {@code x[i] = e^x[i]}, with a relative error of at most 2e-7; 0 below -87.7, saturated above
     * 88.3.
     *
     * @param x values, overwritten
     * @param n number of elements from the first on, at most {@link #MAX_LENGTH}
     */
    public void exp(float[] x, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.max(-88f, Math.min(88.3f, x[i]));
            float t = v * 1.44269504f + ROUND;
            powers[i] = t;
            float k = t - ROUND;
            float f = v - k * 0.693359375f + k * 2.12194440e-4f;
            float p = 1.9875691500e-4f;
            p = p * f + 1.3981999507e-3f;
            p = p * f + 8.3334519073e-3f;
            p = p * f + 4.1665795894e-2f;
            p = p * f + 1.6666665459e-1f;
            p = p * f + 5.0000001201e-1f;
            x[i] = p * f * f + f + 1f;
        }
        asFloats.put(0, powers, 0, n);
        asInts.get(0, bits, 0, n);
        for (int i = 0; i < n; i++) {
            bits[i] = (bits[i] << 23) + 0x3F800000;
        }
        asInts.put(0, bits, 0, n);
        asFloats.get(0, powers, 0, n);
        for (int i = 0; i < n; i++) {
            x[i] *= powers[i];
        }
    }

    /**
     * {@code y[i] = erf(x[i])}, with an absolute error of at most 5e-7.
     *
     * @param x values
     * @param y result; may be x
     * @param n number of elements from the first on
     */
    public static void erf(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            float v = Math.max(-3.7439212f, Math.min(3.7439212f, x[i]));
            float s = v * v;
            float p = 2.2905065861e-4f;
            p = p * s + 3.4082910107e-3f;
            p = p * s + 5.0955695062e-2f;
            p = p * s + 1.8520832240e-1f;
            p = p * s + 1.1283791435f;
            float q = -1.1791603195e-7f;
            q = q * s + 2.3547966471e-5f;
            q = q * s + 1.0179625279e-3f;
            q = q * s + 1.4070470171e-2f;
            q = q * s + 1.1098505178e-1f;
            q = q * s + 4.9746925110e-1f;
            q = q * s + 1f;
            y[i] = v * p / q;
        }
    }
}
