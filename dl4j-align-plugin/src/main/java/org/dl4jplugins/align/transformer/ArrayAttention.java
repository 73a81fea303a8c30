package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Attention by operations on whole arrays, for any floating point type. */
final class ArrayAttention implements AttentionKernel {

    @Override
    public void forward(AttentionTask t, INDArray out) {
        INDArray p = weights(t);
        dropout(t, p);
        put(t, product(byKeyHead(t, p), false, keyHeads(t, t.v()), false), out);
    }

    /** The softmax before dropout, [batch, heads, queries, keys]. */
    private static INDArray weights(AttentionTask t) {
        INDArray scores = product(queryHeads(t, t.q()), false, keyHeads(t, t.k()), true);
        scores = byHead(t, scores).muli(t.conf().getScale());
        if (t.bias() != null) {
            INDArray bias = t.bias().dup('c').reshape('c', 1, t.heads(), t.queries(), t.keys());
            scores.addi(bias.broadcast(scores.shape()));
        }
        INDArray visible = visible(t, scores.dataType());
        // hidden scores must not decide the maximum, else all visible ones could underflow
        scores.muli(visible).addi(visible.rsub(1).muli(-1e30));
        scores.subi(scores.max(true, 3).broadcast(scores.shape()));
        INDArray p = Transforms.exp(scores, false).muli(visible);
        INDArray sum = p.sum(true, 3);
        sum.addi(sum.eq(0).castTo(sum.dataType()));
        return p.divi(sum.broadcast(p.shape()));
    }

    @Override
    public void backward(
            AttentionTask t,
            INDArray epsilon,
            INDArray dq,
            INDArray dk,
            INDArray dv,
            INDArray dBias) {
        INDArray weights = weights(t);
        INDArray p = weights.dup();
        dropout(t, p);
        INDArray dOut = queryHeads(t, epsilon);
        putKeys(t, product(byKeyHead(t, p), true, dOut, false), dv);
        INDArray dP = byHead(t, product(dOut, false, keyHeads(t, t.v()), true));
        dropout(t, dP);
        INDArray dS = dP.sub(dP.mul(weights).sum(true, 3).broadcast(dP.shape())).muli(weights);
        if (dBias != null) {
            dBias.assign(dS.sum(0));
        }
        dS = byKeyHead(t, dS.muli(t.conf().getScale()));
        put(t, product(dS, false, keyHeads(t, t.k()), false), dq);
        putKeys(t, product(dS, true, queryHeads(t, t.q()), false), dk);
    }

    private static INDArray product(INDArray a, boolean transA, INDArray b, boolean transB) {
        return Nd4j.matmul(a, b, transA, transB, false);
    }

    /** [batch, queries, heads * size] to [batch * kvHeads, group * queries, size]. */
    private static INDArray queryHeads(AttentionTask t, INDArray x) {
        return split(t, x).dup('c').reshape('c', keyRows(t), -1, t.conf().getHeadSize());
    }

    private static INDArray split(AttentionTask t, INDArray x) {
        return x.reshape(
                        'c',
                        t.batch(),
                        t.queries(),
                        t.conf().getKvHeads(),
                        t.groupSize(),
                        t.conf().getHeadSize())
                .permute(0, 2, 3, 1, 4);
    }

    private static long keyRows(AttentionTask t) {
        return (long) t.batch() * t.conf().getKvHeads();
    }

    /** [batch, keys, kvHeads * size] to [batch * kvHeads, keys, size]. */
    private static INDArray keyHeads(AttentionTask t, INDArray x) {
        return splitKeys(t, x.dup('c'))
                .dup('c')
                .reshape('c', keyRows(t), t.keys(), t.conf().getHeadSize());
    }

    private static INDArray splitKeys(AttentionTask t, INDArray x) {
        return x.reshape('c', t.batch(), t.keys(), t.conf().getKvHeads(), t.conf().getHeadSize())
                .permute(0, 2, 1, 3);
    }

    private static INDArray byHead(AttentionTask t, INDArray x) {
        return x.dup('c').reshape('c', t.batch(), t.heads(), t.queries(), t.keys());
    }

    private static INDArray byKeyHead(AttentionTask t, INDArray x) {
        return x.reshape('c', keyRows(t), (long) t.groupSize() * t.queries(), t.keys());
    }

    private static void put(AttentionTask t, INDArray x, INDArray out) {
        INDArray to = split(t, out);
        to.assign(x.dup('c').reshape('c', to.shape()));
    }

    private static void putKeys(AttentionTask t, INDArray x, INDArray out) {
        INDArray to = splitKeys(t, out);
        to.assign(x.dup('c').reshape('c', to.shape()));
    }

    /** [batch, heads, queries, keys] of 0 and 1. */
    private static INDArray visible(AttentionTask t, DataType type) {
        int keys = t.keys();
        float[] one = new float[t.batch() * t.queries() * keys];
        for (int b = 0; b < t.batch(); b++) {
            for (int i = 0; i < t.queries(); i++) {
                int row = (b * t.queries() + i) * keys;
                for (int j = t.firstKey(i); j < t.endKey(i); j++) {
                    one[row + j] = t.mask() == null ? 1 : t.mask()[b * keys + j];
                }
            }
        }
        return Nd4j.createFromArray(one)
                .castTo(type)
                .reshape('c', t.batch(), 1, t.queries(), keys)
                .broadcast(t.batch(), t.heads(), t.queries(), keys)
                .dup('c');
    }

    private static void dropout(AttentionTask t, INDArray p) {
        if (!t.drops()) {
            return;
        }
        float[] factors = new float[(int) p.length()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = t.keeps(i) ? 1 : 0;
        }
        p.muli(Nd4j.createFromArray(factors).castTo(p.dataType()).reshape('c', p.shape()));
        p.divi(1 - t.conf().getDropout());
    }
}
