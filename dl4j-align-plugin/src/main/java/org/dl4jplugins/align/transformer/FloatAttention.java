package org.dl4jplugins.align.transformer;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.dl4jplugins.core.accel.Blas;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.SmallGemm;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention in single precision: heads are multiplied where they lie, tile by tile, keys that a
 * tile of queries does not see are left out, key heads that several query heads share are not
 * copied. Threads share nothing but the inputs; sums over query heads or examples run in a fixed
 * order, so that results do not depend on the number of threads.
 */
final class FloatAttention implements AttentionKernel {
    private final ScratchPool pool;

    FloatAttention(ScratchPool pool) {
        this.pool = pool;
    }

    /** Whether the task can be computed here. */
    static boolean fits(AttentionTask t) {
        return Blas.available()
                && HeadView.fits(t.q())
                && HeadView.fits(t.k())
                && HeadView.fits(t.v())
                && (t.bias() == null || Floats.dense(t.bias()));
    }

    @Override
    public void forward(AttentionTask t, INDArray out) {
        try {
            multiply(t, out);
        } finally { // only their addresses are used above
            Reference.reachabilityFence(t);
            Reference.reachabilityFence(out);
        }
    }

    private void multiply(AttentionTask t, INDArray out) {
        int size = t.conf().getHeadSize();
        HeadView q = HeadView.of(t.q(), size);
        HeadView k = HeadView.of(t.k(), size);
        HeadView v = HeadView.of(t.v(), size);
        HeadView o = HeadView.of(out, size);
        int items = t.batch() * t.heads();
        int step = AttentionTile.rows(t);
        Workers.loop(
                items,
                work(t),
                (from, to) -> {
                    AttentionRows rows = new AttentionRows(t);
                    ScratchPool.Memory memory = pool.take(tileLength(t));
                    for (int item = from; item < to; item++) {
                        int b = item / t.heads();
                        int h = item % t.heads();
                        for (int r = 0; r < t.queries(); r += step) {
                            AttentionTile tile = AttentionTile.of(t, b, h, r);
                            forward(t, tile, q, k, v, o, memory, rows);
                        }
                    }
                    pool.give(memory);
                });
    }

    private static void forward(
            AttentionTask t,
            AttentionTile tile,
            HeadView q,
            HeadView k,
            HeadView v,
            HeadView o,
            ScratchPool.Memory memory,
            AttentionRows rows) {
        int b = tile.example();
        int n = tile.keys();
        FloatBuffer weights = dense(memory, tile);
        scores(t, tile, q, k, memory);
        rows.softmax(tile, weights);
        if (t.drops()) {
            rows.dropout(tile, weights, weights);
        }
        SmallGemm.multiply(
                false,
                false,
                tile.rows(),
                v.size(),
                n,
                memory.address(),
                n,
                v.at(b, tile.firstKey(), tile.head() / t.groupSize()),
                v.rowStride(),
                0,
                o.at(b, tile.firstRow(), tile.head()),
                o.rowStride());
    }

    /** Products of queries and keys, densely. */
    private static void scores(
            AttentionTask t, AttentionTile tile, HeadView q, HeadView k, ScratchPool.Memory to) {
        int n = tile.keys();
        SmallGemm.multiply(
                false,
                true,
                tile.rows(),
                n,
                q.size(),
                q.at(tile.example(), tile.firstRow(), tile.head()),
                q.rowStride(),
                k.at(tile.example(), tile.firstKey(), tile.head() / t.groupSize()),
                k.rowStride(),
                0,
                to.address(),
                n);
    }

    private static long tileLength(AttentionTask t) {
        return (long) AttentionTile.rows(t) * t.keys();
    }

    private static FloatBuffer dense(ScratchPool.Memory memory, AttentionTile tile) {
        return Floats.of(memory.address(), (long) tile.rows() * tile.keys());
    }

    /** Floats whose single pass through memory would take about as long. */
    private static long work(AttentionTask t) {
        return (long) t.batch() * t.heads() * t.queries() * t.keys() * t.conf().getHeadSize() / 4;
    }

    @Override
    public void backward(
            AttentionTask t,
            INDArray epsilon,
            INDArray dq,
            INDArray dk,
            INDArray dv,
            INDArray dBias) {
        zero(dk);
        zero(dv);
        if (dBias != null) {
            zero(dBias);
        }
        try {
            run(new Backward(t, epsilon, dq, dk, dv, dBias), t, dBias != null);
        } finally { // only their addresses are used above
            for (Object used : new Object[] {t, epsilon, dq, dk, dv, dBias}) {
                Reference.reachabilityFence(used);
            }
        }
    }

    private static void run(Backward pass, AttentionTask t, boolean sumsOverExamples) {
        int groups = t.conf().getKvHeads();
        if (sumsOverExamples) {
            Workers.loop(
                    groups,
                    2 * work(t),
                    (from, to) -> {
                        for (int b = 0; b < t.batch(); b++) {
                            pass.run(b * groups + from, b * groups + to);
                        }
                    });
        } else {
            Workers.loop(t.batch() * groups, 2 * work(t), pass::run);
        }
    }

    private static void zero(INDArray dense) {
        Floats.zero(Floats.address(dense), dense.length());
    }

    /** The backward pass of all query heads of some key heads. */
    private final class Backward {
        private final AttentionTask t;
        private final HeadView q;
        private final HeadView k;
        private final HeadView v;
        private final HeadView eps;
        private final HeadView dq;
        private final HeadView dk;
        private final HeadView dv;
        private final FloatBuffer dBias;

        Backward(
                AttentionTask t,
                INDArray epsilon,
                INDArray dq,
                INDArray dk,
                INDArray dv,
                INDArray dBias) {
            int size = t.conf().getHeadSize();
            this.t = t;
            this.q = HeadView.of(t.q(), size);
            this.k = HeadView.of(t.k(), size);
            this.v = HeadView.of(t.v(), size);
            this.eps = HeadView.of(epsilon, size);
            this.dq = HeadView.of(dq, size);
            this.dk = HeadView.of(dk, size);
            this.dv = HeadView.of(dv, size);
            this.dBias = dBias == null ? null : Floats.of(dBias);
        }

        void run(int from, int to) {
            AttentionRows rows = new AttentionRows(t);
            ScratchPool.Memory weights = pool.take(tileLength(t));
            ScratchPool.Memory gradient = pool.take(tileLength(t));
            ScratchPool.Memory dropped = pool.take(t.drops() ? tileLength(t) : 0);
            int step = AttentionTile.rows(t);
            for (int item = from; item < to; item++) {
                int b = item / t.conf().getKvHeads();
                int g = item % t.conf().getKvHeads();
                for (int h = g * t.groupSize(); h < (g + 1) * t.groupSize(); h++) {
                    for (int r = 0; r < t.queries(); r += step) {
                        AttentionTile tile = AttentionTile.of(t, b, h, r);
                        tile(tile, g, rows, weights, gradient, dropped);
                    }
                }
            }
            pool.give(weights);
            pool.give(gradient);
            pool.give(dropped);
        }

        private void tile(
                AttentionTile tile,
                int g,
                AttentionRows rows,
                ScratchPool.Memory weights,
                ScratchPool.Memory gradient,
                ScratchPool.Memory dropped) {
            int m = tile.rows();
            int n = tile.keys();
            int size = q.size();
            int b = tile.example();
            int r = tile.firstRow();
            int j = tile.firstKey();
            long e = eps.at(b, r, tile.head());
            FloatBuffer w = dense(weights, tile);
            scores(t, tile, q, k, weights);
            rows.softmax(tile, w);
            if (t.drops()) {
                rows.dropout(tile, w, dense(dropped, tile));
            }
            long p = t.drops() ? dropped.address() : weights.address();
            SmallGemm.multiply(
                    true,
                    false,
                    n,
                    size,
                    m,
                    p,
                    n,
                    e,
                    eps.rowStride(),
                    1,
                    dv.at(b, j, g),
                    dv.rowStride());
            long d = gradient.address();
            SmallGemm.multiply(
                    false,
                    true,
                    m,
                    n,
                    size,
                    e,
                    eps.rowStride(),
                    v.at(b, j, g),
                    v.rowStride(),
                    0,
                    d,
                    n);
            rows.gradient(tile, w, dense(gradient, tile), dBias);
            SmallGemm.multiply(
                    false,
                    false,
                    m,
                    size,
                    n,
                    d,
                    n,
                    k.at(b, j, g),
                    k.rowStride(),
                    0,
                    dq.at(b, r, tile.head()),
                    dq.rowStride());
            SmallGemm.multiply(
                    true,
                    false,
                    n,
                    size,
                    m,
                    d,
                    n,
                    q.at(b, r, tile.head()),
                    q.rowStride(),
                    1,
                    dk.at(b, j, g),
                    dk.rowStride());
        }
    }
}
