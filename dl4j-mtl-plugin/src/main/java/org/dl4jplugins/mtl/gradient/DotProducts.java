package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Inner products of the rows of the task matrix, one matrix per layer, in one pass over memory by
 * several threads, accumulated in double precision and in a fixed order. A row that is not there
 * (the remainder) is taken as the model's gradient minus the other rows, without being stored.
 */
final class DotProducts {

    /** Parameters one thread takes at a time. */
    private static final int BLOCK = 1 << 16;

    /** Parameters that are held in double precision at a time: all rows together fit a cache. */
    private static final int CHUNK = 1 << 10;

    /** Up to this many tasks, an accumulator of CHUNK values per pair stays in cache. */
    private static final int FEW = 6;

    private record Piece(int layer, long rowFrom, long flatFrom, int length) {}

    private final GradientRows rows;
    private final boolean[] used;
    private final int remainder;

    private DotProducts(GradientRows rows, boolean[] used, int remainder) {
        this.rows = rows;
        this.used = used;
        this.remainder = remainder;
    }

    /**
     * @param used for each task whether it has a gradient; others count as zero
     * @param remainder the task whose row is not there, or -1
     * @return [layer][task][task], of the rows as they are (not divided by examples)
     */
    static double[][][] of(GradientRows rows, boolean[] used, int remainder) {
        if (rows.matrix() == null) {
            return new double[0][][];
        }
        DataType type = rows.matrix().dataType();
        boolean host =
                Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
                        && (type == DataType.FLOAT || type == DataType.DOUBLE);
        DotProducts products = new DotProducts(rows, used, remainder);
        return host ? products.onHost() : products.byBackend();
    }

    /** The same through ND4J's operations, for devices and other data types. */
    static double[][][] byBackend(GradientRows rows, boolean[] used, int remainder) {
        return new DotProducts(rows, used, remainder).byBackend();
    }

    private double[][][] byBackend() {
        if (remainder >= 0) {
            rows.difference(remainder, used);
        }
        double[][][] result = new double[rows.blocks().size()][][];
        for (int l = 0; l < result.length; l++) {
            LayerBlock b = rows.blocks().get(l);
            INDArray g =
                    rows.matrix()
                            .get(
                                    NDArrayIndex.all(),
                                    NDArrayIndex.interval(
                                            b.rowOffset(), b.rowOffset() + b.length()))
                            .castTo(DataType.DOUBLE);
            result[l] = g.mmul(g.transpose()).toDoubleMatrix();
            for (int i = 0; i < used.length; i++) {
                for (int j = 0; j < used.length; j++) {
                    if (!counts(b, i) || !counts(b, j)) {
                        result[l][i][j] = 0;
                    }
                }
            }
        }
        return result;
    }

    private boolean counts(LayerBlock b, int task) {
        return used[task] && b.sharers()[task];
    }

    private double[][][] onHost() {
        List<LayerBlock> blocks = rows.blocks();
        List<Piece> pieces = new ArrayList<>();
        for (int l = 0; l < blocks.size(); l++) {
            LayerBlock b = blocks.get(l);
            long row = b.rowOffset();
            for (long[] r : b.ranges()) {
                for (long at = r[0]; at < r[1]; at += BLOCK) {
                    int n = (int) Math.min(BLOCK, r[1] - at);
                    pieces.add(new Piece(l, row, b.flatOffset() + at, n));
                    row += n;
                }
            }
        }
        int tasks = used.length;
        double[][][] partial = new double[pieces.size()][][];
        Workers.loop(
                partial.length,
                tasks * pieces.stream().mapToLong(Piece::length).sum(),
                (from, to) -> {
                    for (int p = from; p < to; p++) {
                        partial[p] = products(pieces.get(p));
                    }
                });
        double[][][] result = new double[blocks.size()][tasks][tasks];
        for (int p = 0; p < partial.length; p++) {
            double[][] sum = result[pieces.get(p).layer];
            for (int i = 0; i < tasks; i++) {
                for (int j = 0; j <= i; j++) {
                    sum[i][j] += partial[p][i][j];
                    sum[j][i] = sum[i][j];
                }
            }
        }
        return result;
    }

    private double[][] products(Piece piece) {
        LayerBlock b = rows.blocks().get(piece.layer);
        int tasks = used.length;
        Reader matrix = Reader.of(rows.matrix());
        Reader flat = remainder >= 0 ? Reader.of(rows.flat()) : null;
        long width = rows.matrix().size(1);
        double[][] g = new double[tasks][CHUNK];
        double[][][] lanes = new double[tasks][tasks][];
        double[][] sum = new double[tasks][tasks];
        for (int at = 0; at < piece.length; at += CHUNK) {
            int n = Math.min(CHUNK, piece.length - at);
            for (int t = 0; t < tasks; t++) {
                if (counts(b, t) && t != remainder) {
                    matrix.read(t * width + piece.rowFrom + at, g[t], n);
                }
            }
            if (remainder >= 0 && counts(b, remainder)) {
                double[] rest = g[remainder];
                flat.read(piece.flatFrom + at, rest, n);
                for (int t = 0; t < tasks; t++) {
                    if (counts(b, t) && t != remainder) {
                        subtract(rest, g[t], n);
                    }
                }
            }
            for (int i = 0; i < tasks; i++) {
                for (int j = 0; j <= i; j++) {
                    if (counts(b, i) && counts(b, j)) {
                        if (tasks > FEW) {
                            sum[i][j] += dot(g[i], g[j], n);
                            continue;
                        }
                        if (lanes[i][j] == null) {
                            lanes[i][j] = new double[CHUNK];
                        }
                        multiplyAdd(g[i], g[j], lanes[i][j], n);
                    }
                }
            }
        }
        for (int i = 0; i < tasks; i++) {
            for (int j = 0; j <= i; j++) {
                sum[i][j] += lanes[i][j] == null ? 0 : DoubleStream.of(lanes[i][j]).sum();
            }
        }
        return sum;
    }

    private static void subtract(double[] a, double[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] -= b[i];
        }
    }

    private static double dot(double[] a, double[] b, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < n; i++) {
            s0 += a[i] * b[i];
        }
        return s0 + s1 + s2 + s3;
    }

    /** Element by element into an accumulator, which the compiler can vectorize. */
    private static void multiplyAdd(double[] a, double[] b, double[] sum, int n) {
        for (int i = 0; i < n; i++) {
            sum[i] += a[i] * b[i];
        }
    }

    /** Reads a contiguous array in native memory. */
    private abstract static class Reader {

        abstract void read(long from, double[] to, int n);

        static Reader of(INDArray a) {
            Pointer p = a.data().addressPointer();
            if (a.dataType() == DataType.DOUBLE) {
                DoublePointer own = new DoublePointer(p);
                return new Reader() {
                    @Override
                    void read(long from, double[] to, int n) {
                        own.position(from).get(to, 0, n);
                    }
                };
            }
            FloatPointer own = new FloatPointer(p);
            float[] chunk = new float[CHUNK];
            return new Reader() {
                @Override
                void read(long from, double[] to, int n) {
                    own.position(from).get(chunk, 0, n);
                    for (int i = 0; i < n; i++) {
                        to[i] = chunk[i];
                    }
                }
            };
        }
    }
}
