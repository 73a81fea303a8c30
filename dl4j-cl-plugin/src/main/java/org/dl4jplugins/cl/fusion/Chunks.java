package org.dl4jplugins.cl.fusion;

import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The scores mean * deviation, a few thousand at a time, on all cores. */
record Chunks(INDArray mean, INDArray deviation, long from, long length) {

    /** Receives scores; called by several threads. */
    interface Visitor {
        void visit(float[] scores, int length);
    }

    void each(Visitor visitor) {
        int chunks = (int) ((length + Floats.CHUNK - 1) / Floats.CHUNK);
        Workers.loop(
                chunks,
                length,
                (first, last) -> {
                    float[] scores = new float[Floats.CHUNK];
                    float[] factors = new float[Floats.CHUNK];
                    for (int c = first; c < last; c++) {
                        long start = (long) c * Floats.CHUNK;
                        int n = (int) Math.min(Floats.CHUNK, length - start);
                        read(start, n, scores, factors);
                        visitor.visit(scores, n);
                    }
                });
    }

    /** Scores from a start on; factors is room for the deviations. */
    void read(long start, int n, float[] scores, float[] factors) {
        at(mean, from + start, n).get(scores, 0, n);
        if (deviation != null) {
            at(deviation, from + start, n).get(factors, 0, n);
            for (int i = 0; i < n; i++) {
                scores[i] *= factors[i];
            }
        }
    }

    /** How many scores with the bits of a prefix above a shift fall in each bin below it. */
    long[] count(int prefix, int prefixShift, int shift, int bins) {
        long[] total = new long[bins];
        int chunks = (int) ((length + Floats.CHUNK - 1) / Floats.CHUNK);
        Workers.loop(
                chunks,
                length,
                (first, last) -> {
                    int[] counts = new int[bins];
                    float[] scores = new float[Floats.CHUNK];
                    float[] factors = new float[Floats.CHUNK];
                    for (int c = first; c < last; c++) {
                        long start = (long) c * Floats.CHUNK;
                        int n = (int) Math.min(Floats.CHUNK, length - start);
                        read(start, n, scores, factors);
                        for (int i = 0; i < n; i++) {
                            int bits = Float.floatToRawIntBits(scores[i]);
                            if ((bits >>> prefixShift) == (prefix >>> prefixShift)) {
                                counts[(bits >>> shift) & (bins - 1)]++;
                            }
                        }
                    }
                    synchronized (total) {
                        for (int b = 0; b < bins; b++) {
                            total[b] += counts[b];
                        }
                    }
                });
        return total;
    }

    static FloatBuffer at(INDArray array, long from, long length) {
        return Floats.of(Floats.address(array) + from * Float.BYTES, length);
    }
}
