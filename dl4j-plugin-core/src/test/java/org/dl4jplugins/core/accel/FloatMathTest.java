package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class FloatMathTest {
    private static final int N = FloatMath.MAX_LENGTH;

    private static float[] between(float low, float high) {
        float[] x = new float[N];
        for (int i = 0; i < N; i++) {
            x[i] = low + (high - low) * i / (N - 1);
        }
        return x;
    }

    @Test
    void exponential() {
        float[] x = between(-87, 88);
        float[] y = x.clone();
        new FloatMath().exp(y, N);
        for (int i = 0; i < N; i++) {
            double expected = Math.exp(x[i]);
            assertEquals(expected, y[i], 2e-7 * expected, "e^" + x[i]);
        }
    }

    @Test
    void exponentialOfWhatIsNotFinite() {
        float[] x = {Float.NEGATIVE_INFINITY, -1000, -88, 0, 1000, Float.NaN, 5};
        new FloatMath().exp(x, 6);
        assertEquals(0, x[0]);
        assertEquals(0, x[1]);
        assertEquals(0, x[2]);
        assertEquals(1, x[3]);
        assertTrue(x[4] > 2e38 && x[4] < Float.POSITIVE_INFINITY);
        assertTrue(Float.isNaN(x[5]));
        assertEquals(5, x[6], "beyond the given length");
    }

    @Test
    void errorFunction() {
        for (float limit : new float[] {0.01f, 1, 6, 100}) {
            float[] x = between(-limit, limit);
            float[] y = new float[N];
            FloatMath.erf(x, y, N);
            for (int i = 0; i < N; i++) {
                assertEquals(Erf.erf(x[i]), y[i], 5e-7, "erf " + x[i]);
            }
        }
        float[] x = {Float.NaN};
        FloatMath.erf(x, x, 1);
        assertTrue(Float.isNaN(x[0]));
    }
}
