package org.dl4jplugins.align.transformer;

import java.util.function.Supplier;
import org.dl4jplugins.core.accel.FloatMath;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSwish;

/** An activation function and its derivative on arrays that fit the first cache. */
@FunctionalInterface
interface ElementKernel {
    /**
     * Computes {@code x[i] = f(x[i])}.
     *
     * @param x values, overwritten
     * @param derivative receives f'(x[i]); null if not wanted
     * @param n number of elements, at most {@link FloatMath#MAX_LENGTH}
     */
    void apply(float[] x, float[] derivative, int n);

    /**
     * The kernel of an activation function.
     *
     * @param function any
     * @return makes one for each thread; null if there is none
     */
    static Supplier<ElementKernel> of(IActivation function) {
        Class<?> type = function.getClass();
        if (type == GeluExact.class) {
            return Gelu::new;
        }
        if (type == GeluTanh.class) {
            return () -> new Logistic(1.5957691216f, 0.0713548163f);
        }
        if (type == ActivationSwish.class) {
            return () -> new Logistic(1, 0);
        }
        if (type == ActivationReLU.class && function.equals(new ActivationReLU())) {
            return () -> ElementKernel::relu;
        }
        return null;
    }

    private static void relu(float[] x, float[] derivative, int n) {
        if (derivative != null) {
            for (int i = 0; i < n; i++) {
                derivative[i] = x[i] > 0 ? 1 : 0;
            }
        }
        for (int i = 0; i < n; i++) {
            x[i] = Math.max(x[i], 0);
        }
    }

    /** x Phi(x), Phi the distribution function of the standard normal distribution. */
    final class Gelu implements ElementKernel {
        private final FloatMath math = new FloatMath();
        private final float[] phi = new float[FloatMath.MAX_LENGTH];

        /** Below, the function is 0 to float precision, while erf is not quite -1. */
        private static final float LEFT = -6;

        @Override
        public void apply(float[] x, float[] derivative, int n) {
            for (int i = 0; i < n; i++) {
                phi[i] = x[i] * 0.70710678f;
            }
            FloatMath.erf(phi, phi, n);
            if (derivative == null) {
                for (int i = 0; i < n; i++) {
                    x[i] = Math.max(LEFT, x[i]) * (0.5f + 0.5f * phi[i]);
                }
                return;
            }
            for (int i = 0; i < n; i++) {
                derivative[i] = -0.5f * x[i] * x[i];
            }
            math.exp(derivative, n);
            for (int i = 0; i < n; i++) {
                float v = Math.max(LEFT, x[i]);
                float p = 0.5f + 0.5f * phi[i];
                derivative[i] = p + v * 0.39894228f * derivative[i];
                x[i] = v * p;
            }
        }
    }

    /** x / (1 + exp(-u)) with u = a x + b x^3: SiLU, or GELU's approximation by tanh(u / 2). */
    final class Logistic implements ElementKernel {
        private final FloatMath math = new FloatMath();
        private final float[] exponential = new float[FloatMath.MAX_LENGTH];
        private final float a;
        private final float b;

        Logistic(float a, float b) {
            this.a = a;
            this.b = b;
        }

        @Override
        public void apply(float[] x, float[] derivative, int n) {
            float[] e = exponential;
            for (int i = 0; i < n; i++) {
                float v = x[i];
                e[i] = -v * (a + b * square(v));
            }
            math.exp(e, n);
            if (derivative != null) {
                for (int i = 0; i < n; i++) {
                    float v = x[i];
                    float s = 1 / (1 + e[i]);
                    // s (1 - s) without cancellation; the product is 0 where e has saturated
                    derivative[i] = s + v * s * (e[i] * s) * (a + 3 * b * square(v));
                }
            }
            for (int i = 0; i < n; i++) {
                x[i] /= 1 + e[i];
            }
        }

        /** Bounded where the function is 0 or x anyway, so that products with 0 are 0. */
        private static float square(float v) {
            return Math.min(v * v, 1000);
        }
    }
}
