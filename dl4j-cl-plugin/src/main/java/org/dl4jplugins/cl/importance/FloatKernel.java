package org.dl4jplugins.cl.importance;

import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The update in one pass over memory, on all cores. */
record FloatKernel(Smoothing smoothing, INDArray mean, INDArray deviation)
        implements Importance.Kernel {

    /** Elements at once: parts of all five arrays stay in the L1 cache together. */
    private static final int BLOCK = Floats.CHUNK / 4;

    static boolean fits(INDArray parameters, INDArray gradient) {
        return parameters.dataType() == DataType.FLOAT
                && Floats.dense(parameters)
                && Floats.dense(gradient);
    }

    @Override
    public boolean update(
            INDArray parameters,
            INDArray gradient,
            long gradientOffset,
            Segment segment,
            double scale) {
        int chunks = (int) ((segment.length() + Floats.CHUNK - 1) / Floats.CHUNK);
        AtomicBoolean finite = new AtomicBoolean(true);
        Workers.loop(
                chunks,
                segment.length(),
                (from, to) -> {
                    long start = (long) from * Floats.CHUNK;
                    long end = Math.min((long) to * Floats.CHUNK, segment.length());
                    if (!range(
                            at(parameters, segment.flatOffset() + start, end - start),
                            at(gradient, gradientOffset + start, end - start),
                            segment.offset() + start,
                            end - start,
                            (float) scale)) {
                        finite.set(false);
                    }
                });
        return finite.get();
    }

    private boolean range(FloatBuffer ws, FloatBuffer gs, long position, long n, float scale) {
        FloatBuffer ms = at(mean, position, n);
        FloatBuffer us = deviation == null ? null : at(deviation, position, n);
        boolean firstOrder = smoothing.sensitivity() == Sensitivity.FIRST_ORDER;
        float factor = firstOrder ? scale : 1;
        float[] w = new float[BLOCK];
        float[] g = new float[BLOCK];
        float[] m = new float[BLOCK];
        float[] u = new float[BLOCK];
        float[] check = new float[BLOCK];
        for (int i = 0; i < n; i += BLOCK) {
            int length = (int) Math.min(BLOCK, n - i);
            ws.get(i, w, 0, length);
            gs.get(i, g, 0, length);
            ms.get(i, m, 0, length);
            if (!firstOrder) {
                higherOrder(w, g, scale, length);
            }
            if (us == null) {
                average(w, g, m, check, factor, length);
            } else {
                us.get(i, u, 0, length);
                average(w, g, m, u, check, factor, length);
                us.put(i, u, 0, length);
            }
            ms.put(i, m, 0, length);
        }
        return FiniteCheck.passed(check);
    }

    /** Puts the sensitivities in place of the parameters, and 1 in place of the gradient. */
    private void higherOrder(float[] w, float[] g, float scale, int length) {
        float linear = smoothing.sensitivity() == Sensitivity.MIXED ? 1 : 0;
        float quadratic = smoothing.sensitivity() == Sensitivity.MIXED ? -0.5f : 1;
        for (int i = 0; i < length; i++) {
            float first = w[i] * (g[i] * scale);
            w[i] = Math.abs(linear * first + quadratic * first * first);
            g[i] = 1;
        }
    }

    private void average(float[] w, float[] g, float[] m, float[] check, float scale, int length) {
        float a = (float) smoothing.smoothing();
        float rest = (float) (1 - smoothing.smoothing());
        for (int i = 0; i < length; i++) {
            float mean = a * m[i] + rest * Math.abs(w[i] * (g[i] * scale));
            m[i] = mean;
            check[i] += mean * 0f;
        }
    }

    private void average(
            float[] w, float[] g, float[] m, float[] u, float[] check, float scale, int length) {
        float a = (float) smoothing.smoothing();
        float rest = (float) (1 - smoothing.smoothing());
        float b = (float) smoothing.deviationSmoothing();
        float other = (float) (1 - smoothing.deviationSmoothing());
        for (int i = 0; i < length; i++) {
            float sensitivity = Math.abs(w[i] * (g[i] * scale));
            float mean = a * m[i] + rest * sensitivity;
            m[i] = mean;
            check[i] += mean * 0f;
            u[i] = b * u[i] + other * Math.abs(sensitivity - mean);
        }
    }

    private static FloatBuffer at(INDArray array, long from, long length) {
        return Floats.of(Floats.address(array) + from * Float.BYTES, length);
    }
}
