package org.dl4jplugins.multimodal.uvit;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parts of dense arrays [batch, tokens, width] along the tokens: FLOAT in direct copies on all
 * cores, other types by ND4J.
 */
final class TokenBlocks {
    private TokenBlocks() {}

    /** {@code part = whole[:, first : first + tokens of part, :]}. */
    static void read(INDArray whole, long first, INDArray part) {
        if (!Floats.dense(whole) || !Floats.dense(part)) {
            part.assign(view(whole, first, part.size(1)));
            return;
        }
        FloatBuffer from = Floats.of(whole);
        FloatBuffer to = Floats.of(part);
        int step = (int) (whole.size(1) * whole.size(2));
        int start = (int) (first * whole.size(2));
        int n = (int) (part.size(1) * part.size(2));
        Workers.loop(
                (int) part.size(0),
                part.length(),
                (begin, end) -> {
                    for (int b = begin; b < end; b++) {
                        to.put(b * n, from, b * step + start, n);
                    }
                });
        Reference.reachabilityFence(whole);
    }

    /** {@code whole[:, first : first + tokens of part, :] = part}. */
    static void write(INDArray part, INDArray whole, long first) {
        if (!Floats.dense(whole) || !Floats.dense(part)) {
            view(whole, first, part.size(1)).assign(part);
            return;
        }
        FloatBuffer from = Floats.of(part);
        FloatBuffer to = Floats.of(whole);
        int step = (int) (whole.size(1) * whole.size(2));
        int start = (int) (first * whole.size(2));
        int n = (int) (part.size(1) * part.size(2));
        Workers.loop(
                (int) part.size(0),
                part.length(),
                (begin, end) -> {
                    for (int b = begin; b < end; b++) {
                        to.put(b * step + start, from, b * n, n);
                    }
                });
        Reference.reachabilityFence(part);
    }

    /** {@code x[b, :, :] += rows[0, :, :]} for every b. */
    static void addToAll(INDArray rows, INDArray x) {
        if (!Floats.dense(rows) || !Floats.dense(x)) {
            x.addi(rows.broadcast(x.shape()));
            return;
        }
        int n = (int) rows.length();
        FloatBuffer from = Floats.of(rows);
        FloatBuffer to = Floats.of(x);
        int width = (int) rows.size(2);
        int tokens = (int) rows.size(1);
        Workers.loop(
                tokens,
                x.length(),
                (begin, end) -> {
                    float[] add = new float[width];
                    float[] sum = new float[width];
                    for (int t = begin; t < end; t++) {
                        from.get(t * width, add);
                        for (int at = t * width; at < to.capacity(); at += n) {
                            to.get(at, sum);
                            for (int j = 0; j < width; j++) {
                                sum[j] += add[j];
                            }
                            to.put(at, sum);
                        }
                    }
                });
        Reference.reachabilityFence(rows);
    }

    /** {@code rows[0, :, :]} is the sum of {@code x[b, :, :]} over b. */
    static void sumOfAll(INDArray x, INDArray rows) {
        if (!Floats.dense(rows) || !Floats.dense(x)) {
            rows.assign(x.sum(true, 0));
            return;
        }
        int n = (int) rows.length();
        FloatBuffer from = Floats.of(x);
        FloatBuffer to = Floats.of(rows);
        int width = (int) rows.size(2);
        int tokens = (int) rows.size(1);
        Workers.loop(
                tokens,
                x.length(),
                (begin, end) -> {
                    float[] add = new float[width];
                    for (int t = begin; t < end; t++) {
                        float[] sum = new float[width];
                        for (int at = t * width; at < from.capacity(); at += n) {
                            from.get(at, add);
                            for (int j = 0; j < width; j++) {
                                sum[j] += add[j];
                            }
                        }
                        to.put(t * width, sum);
                    }
                });
        Reference.reachabilityFence(x);
    }

    private static INDArray view(INDArray whole, long first, long tokens) {
        return Views.interval(whole, 1, first, tokens);
    }
}
