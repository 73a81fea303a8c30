package org.dl4jplugins.cl.importance;

import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A copy that says whether all it copied was finite, in one pass over memory, on all cores. */
final class FloatCopy {

    private FloatCopy() {}

    /**
     * Copies one parameter array.
     *
     * @param flat of the layout of {@code graph.params()}, dense
     * @param selected [selected], its part is overwritten
     * @param segment which part
     * @return whether all values are finite
     */
    static boolean gather(INDArray flat, INDArray selected, Segment segment) {
        AtomicBoolean finite = new AtomicBoolean(true);
        int chunks = (int) ((segment.length() + Floats.CHUNK - 1) / Floats.CHUNK);
        Workers.loop(
                chunks,
                segment.length(),
                (from, to) -> {
                    long start = (long) from * Floats.CHUNK;
                    long n = Math.min((long) to * Floats.CHUNK, segment.length()) - start;
                    if (!range(
                            at(flat, segment.flatOffset() + start, n),
                            at(selected, segment.offset() + start, n),
                            (int) n)) {
                        finite.set(false);
                    }
                });
        return finite.get();
    }

    private static boolean range(FloatBuffer from, FloatBuffer to, int n) {
        float[] values = new float[Math.min(Floats.CHUNK, n)];
        float[] sums = new float[values.length];
        for (int i = 0; i < n; i += Floats.CHUNK) {
            int length = Math.min(Floats.CHUNK, n - i);
            from.get(i, values, 0, length);
            to.put(i, values, 0, length);
            FiniteCheck.see(sums, values, length);
        }
        return FiniteCheck.passed(sums);
    }

    private static FloatBuffer at(INDArray array, long from, long length) {
        return Floats.of(Floats.address(array) + from * Float.BYTES, length);
    }
}
