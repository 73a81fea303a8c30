package org.dl4jplugins.cl.fusion;

import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fusion in one pass over memory, on all cores. */
record FloatMerge(INDArray start, INDArray afterInner, INDArray afterOuter, long from) {

    static boolean fits(INDArray start, INDArray afterInner, INDArray afterOuter) {
        return Floats.dense(start) && Floats.dense(afterInner) && Floats.dense(afterOuter);
    }

    /** Weights of the two updates of a chunk, from its scores. */
    interface Weights {
        void of(float[] inner, float[] outer, float[] weightInner, float[] weightOuter, int n);
    }

    void masked(Chunks inner, Chunks outer, float cutInner, float cutOuter, MaskRule rule) {
        float[] forInner = {(float) rule.noneInner(), 0, 1, (float) rule.bothInner()};
        float[] forOuter = {(float) rule.noneOuter(), 1, 0, (float) rule.bothOuter()};
        weighted(
                inner,
                outer,
                (in, out, wi, wo, n) -> {
                    for (int i = 0; i < n; i++) {
                        int which = 2 * above(in[i], cutInner) + above(out[i], cutOuter);
                        wi[i] = forInner[which];
                        wo[i] = forOuter[which];
                    }
                });
    }

    /** 1 if a score is above a cut, else 0, without a branch that nobody could predict. */
    private static int above(float score, float cut) {
        return Float.floatToRawIntBits(cut - score) >>> 31;
    }

    void weighted(Chunks inner, Chunks outer, Weights weights) {
        Chunks.stretches(
                inner.length(),
                (start, size) -> {
                    Part part = new Part(from + start, size, weights);
                    Chunks.Reader in = inner.reader(start, size);
                    Chunks.Reader out = outer.reader(start, size);
                    for (int i = 0; i < size; i += Floats.CHUNK) {
                        part.merge(in, out, i, Math.min(Floats.CHUNK, size - i));
                    }
                });
    }

    /** What one thread merges. */
    private final class Part {
        private final Weights weights;
        private final FloatBuffer starts;
        private final FloatBuffer inners;
        private final FloatBuffer outers;
        private final float[] scoreInner = new float[Floats.CHUNK];
        private final float[] scoreOuter = new float[Floats.CHUNK];
        private final float[] weightInner = new float[Floats.CHUNK];
        private final float[] weightOuter = new float[Floats.CHUNK];
        private final float[] first = new float[Floats.CHUNK];
        private final float[] second = new float[Floats.CHUNK];
        private final float[] third = new float[Floats.CHUNK];

        Part(long at, int size, Weights weights) {
            this.weights = weights;
            this.starts = Chunks.at(start, at, size);
            this.inners = Chunks.at(afterInner, at, size);
            this.outers = Chunks.at(afterOuter, at, size);
        }

        void merge(Chunks.Reader inner, Chunks.Reader outer, int at, int n) {
            inner.read(at, n, scoreInner);
            outer.read(at, n, scoreOuter);
            weights.of(scoreInner, scoreOuter, weightInner, weightOuter, n);
            starts.get(at, first, 0, n);
            inners.get(at, second, 0, n);
            outers.get(at, third, 0, n);
            combine(first, second, third, weightInner, weightOuter, n);
            outers.put(at, third, 0, n);
        }
    }

    private static void combine(float[] t0, float[] t1, float[] t2, float[] wi, float[] wo, int n) {
        for (int i = 0; i < n; i++) {
            t2[i] = t0[i] + wi[i] * (t1[i] - t0[i]) + wo[i] * (t2[i] - t1[i]);
        }
    }
}
