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
        int most = (int) Math.min(Floats.CHUNK, n);
        float[] w = new float[most];
        float[] g = new float[most];
        float[] m = new float[most];
        float[] u = us == null ? null : new float[most];
        FiniteCheck check = new FiniteCheck(n);
        for (int i = 0; i < n; i += Floats.CHUNK) {
            int length = (int) Math.min(Floats.CHUNK, n - i);
            ws.get(i, w, 0, length);
            gs.get(i, g, 0, length);
            ms.get(i, m, 0, length);
            sensitivities(w, g, scale, length);
            if (us == null) {
                average(w, m, length);
            } else {
                us.get(i, u, 0, length);
                average(w, m, u, length);
                us.put(i, u, 0, length);
            }
            ms.put(i, m, 0, length);
            check.see(m, length);
        }
        return check.passed();
    }

    /** Puts the sensitivities in place of the parameters. */
    private void sensitivities(float[] w, float[] g, float scale, int length) {
        switch (smoothing.sensitivity()) {
            case FIRST_ORDER -> {
                for (int i = 0; i < length; i++) {
                    w[i] = Math.abs(w[i] * (g[i] * scale));
                }
            }
            case SECOND_ORDER -> {
                for (int i = 0; i < length; i++) {
                    float first = w[i] * (g[i] * scale);
                    w[i] = first * first;
                }
            }
            case MIXED -> {
                for (int i = 0; i < length; i++) {
                    float first = w[i] * (g[i] * scale);
                    w[i] = Math.abs(first - 0.5f * first * first);
                }
            }
        }
    }

    private void average(float[] s, float[] m, int length) {
        float a = (float) smoothing.smoothing();
        float rest = (float) (1 - smoothing.smoothing());
        for (int i = 0; i < length; i++) {
            m[i] = a * m[i] + rest * s[i];
        }
    }

    private void average(float[] s, float[] m, float[] u, int length) {
        float b = (float) smoothing.deviationSmoothing();
        float rest = (float) (1 - smoothing.deviationSmoothing());
        average(s, m, length);
        for (int i = 0; i < length; i++) {
            u[i] = b * u[i] + rest * Math.abs(s[i] - m[i]);
        }
    }

    private static FloatBuffer at(INDArray array, long from, long length) {
        return Floats.of(Floats.address(array) + from * Float.BYTES, length);
    }
}
