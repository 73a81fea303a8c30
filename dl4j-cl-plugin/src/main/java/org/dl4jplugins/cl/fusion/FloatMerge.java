package org.dl4jplugins.cl.fusion;

import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
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
        long length = inner.length();
        int chunks = (int) ((length + Floats.CHUNK - 1) / Floats.CHUNK);
        Workers.loop(
                chunks,
                length,
                (first, last) -> {
                    float[][] room = new float[7][Floats.CHUNK];
                    for (int c = first; c < last; c++) {
                        long at = (long) c * Floats.CHUNK;
                        int n = (int) Math.min(Floats.CHUNK, length - at);
                        inner.read(at, n, room[0], room[2]);
                        outer.read(at, n, room[1], room[2]);
                        weights.of(room[0], room[1], room[2], room[3], n);
                        merge(from + at, n, room);
                    }
                });
    }

    private void merge(long at, int n, float[][] room) {
        float[] wi = room[2];
        float[] wo = room[3];
        float[] t0 = room[4];
        float[] t1 = room[5];
        float[] t2 = room[6];
        Chunks.at(start, at, n).get(t0, 0, n);
        Chunks.at(afterInner, at, n).get(t1, 0, n);
        Chunks.at(afterOuter, at, n).get(t2, 0, n);
        for (int i = 0; i < n; i++) {
            t2[i] = t0[i] + wi[i] * (t1[i] - t0[i]) + wo[i] * (t2[i] - t1[i]);
        }
        Chunks.at(afterOuter, at, n).put(t2, 0, n);
    }
}
