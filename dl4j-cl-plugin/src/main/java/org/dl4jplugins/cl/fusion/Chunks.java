package org.dl4jplugins.cl.fusion;

import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The scores mean * deviation, a few thousand at a time, on all cores. */
record Chunks(INDArray mean, INDArray deviation, long from, long length) {

    /** Chunks that share a buffer: making one costs as much as reading a few hundred elements. */
    private static final int STRETCH = 64;

    /** A part of a vector; called by several threads. */
    interface Stretch {
        void run(long start, int n);
    }

    /** Receives scores; called by several threads. */
    interface Visitor {
        void visit(float[] scores, int length);
    }

    /** Covers a vector exactly once. */
    static void stretches(long length, Stretch body) {
        long size = (long) STRETCH * Floats.CHUNK;
        int chunks = (int) ((length + Floats.CHUNK - 1) / Floats.CHUNK);
        Workers.loop(
                chunks,
                length,
                (first, last) -> {
                    long end = Math.min((long) last * Floats.CHUNK, length);
                    for (long at = (long) first * Floats.CHUNK; at < end; at += size) {
                        body.run(at, (int) Math.min(size, end - at));
                    }
                });
    }

    void each(Visitor visitor) {
        stretches(length, (start, n) -> reader(start, n).each(visitor));
    }

    /** How many scores with the bits of a prefix above a shift fall in each bin below it. */
    long[] count(int prefix, int prefixShift, int shift, int bins) {
        long[] total = new long[bins];
        stretches(
                length,
                (start, size) -> {
                    int[] counts = new int[bins];
                    reader(start, size)
                            .each(
                                    (scores, n) -> {
                                        for (int i = 0; i < n; i++) {
                                            int bits = Float.floatToRawIntBits(scores[i]);
                                            if ((bits >>> prefixShift)
                                                    == (prefix >>> prefixShift)) {
                                                counts[(bits >>> shift) & (bins - 1)]++;
                                            }
                                        }
                                    });
                    synchronized (total) {
                        for (int b = 0; b < bins; b++) {
                            total[b] += counts[b];
                        }
                    }
                });
        return total;
    }

    /** Reads scores of a part. */
    Reader reader(long start, int n) {
        FloatBuffer factors = deviation == null ? null : at(deviation, from + start, n);
        return new Reader(at(mean, from + start, n), factors, n, new float[Floats.CHUNK]);
    }

    static FloatBuffer at(INDArray array, long from, long length) {
        return Floats.of(Floats.address(array) + from * Float.BYTES, length);
    }

    /** A part of the scores, for one thread. */
    record Reader(FloatBuffer mean, FloatBuffer deviation, int length, float[] factors) {

        void each(Visitor visitor) {
            float[] scores = new float[Floats.CHUNK];
            for (int i = 0; i < length; i += Floats.CHUNK) {
                int n = Math.min(Floats.CHUNK, length - i);
                read(i, n, scores);
                visitor.visit(scores, n);
            }
        }

        void read(int start, int n, float[] scores) {
            mean.get(start, scores, 0, n);
            if (deviation != null) {
                deviation.get(start, factors, 0, n);
                for (int i = 0; i < n; i++) {
                    scores[i] *= factors[i];
                }
            }
        }

        float at(int i) {
            return deviation == null ? mean.get(i) : mean.get(i) * deviation.get(i);
        }
    }
}
