package org.dl4jplugins.align.transformer;

import java.nio.FloatBuffer;
import java.util.function.Supplier;
import org.dl4jplugins.core.accel.FloatMath;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Loops over dense FLOAT arrays, each in one pass over memory on all cores. */
final class FloatRows {
    /** Parts that are summed apart from each other, the same whatever the number of threads. */
    private static final int SLABS = 16;

    /** How many floats are copied in the time that another loop takes for one. */
    private static final int FILL = 64;

    private FloatRows() {}

    /** Whether all arrays can be worked on here. */
    static boolean fit(INDArray... arrays) {
        for (INDArray a : arrays) {
            if (!Floats.dense(a)) {
                return false;
            }
        }
        return true;
    }

    /** All values of a dense array. */
    static float[] values(INDArray a) {
        float[] values = new float[(int) a.length()];
        Floats.of(a).get(0, values);
        return values;
    }

    /** Writes the same row into every row of a matrix. */
    static void fill(INDArray matrix, INDArray row) {
        float[] values = values(row);
        FloatBuffer to = Floats.of(matrix);
        int width = values.length;
        Workers.loop(
                to.capacity() / width,
                to.capacity() / FILL, // so little work that waking a thread rarely pays
                (from, end) -> {
                    for (int i = from; i < end; i++) {
                        to.put(i * width, values);
                    }
                });
    }

    /**
     * Applies a function in place.
     *
     * @param derivative receives its derivative; null if not wanted
     */
    static void apply(Supplier<ElementKernel> function, INDArray array, INDArray derivative) {
        apply(function, array, array, derivative);
    }

    /**
     * Applies a function.
     *
     * @param from values
     * @param to receives the function's values; may be from
     * @param derivative receives its derivative; null if not wanted
     */
    static void apply(
            Supplier<ElementKernel> function, INDArray from, INDArray to, INDArray derivative) {
        FloatBuffer x = Floats.of(from);
        FloatBuffer y = Floats.of(to);
        FloatBuffer d = derivative == null ? null : Floats.of(derivative);
        chunks(
                x.capacity(),
                () -> {
                    ElementKernel kernel = function.get();
                    float[] a = new float[FloatMath.MAX_LENGTH];
                    float[] b = d == null ? null : new float[a.length];
                    return (start, n) -> {
                        x.get(start, a, 0, n);
                        kernel.apply(a, b, n);
                        y.put(start, a, 0, n);
                        if (d != null) {
                            d.put(start, b, 0, n);
                        }
                    };
                });
    }

    /**
     * Multiplies a gradient by a function's derivative.
     *
     * @param at where the derivative is taken
     * @param gradient overwritten
     */
    static void multiplyByDerivative(
            Supplier<ElementKernel> function, INDArray at, INDArray gradient) {
        FloatBuffer x = Floats.of(at);
        FloatBuffer g = Floats.of(gradient);
        chunks(
                x.capacity(),
                () -> {
                    ElementKernel kernel = function.get();
                    float[] a = new float[FloatMath.MAX_LENGTH];
                    float[] b = new float[a.length];
                    return (start, n) -> {
                        x.get(start, a, 0, n);
                        kernel.apply(a, b, n);
                        g.get(start, a, 0, n);
                        for (int i = 0; i < n; i++) {
                            a[i] *= b[i];
                        }
                        g.put(start, a, 0, n);
                    };
                });
    }

    /** {@code c = a b}, element by element; c may be one of them. */
    static void multiply(INDArray a, INDArray b, INDArray c) {
        FloatBuffer x = Floats.of(a);
        FloatBuffer y = Floats.of(b);
        FloatBuffer z = Floats.of(c);
        chunks(
                z.capacity(),
                () -> {
                    float[] u = new float[FloatMath.MAX_LENGTH];
                    float[] v = new float[u.length];
                    return (start, n) -> {
                        x.get(start, u, 0, n);
                        y.get(start, v, 0, n);
                        for (int i = 0; i < n; i++) {
                            u[i] *= v[i];
                        }
                        z.put(start, u, 0, n);
                    };
                });
    }

    /** {@code c = a + b}, element by element; c may be one of them. */
    static void add(INDArray a, INDArray b, INDArray c) {
        FloatBuffer x = Floats.of(a);
        FloatBuffer y = Floats.of(b);
        FloatBuffer z = Floats.of(c);
        chunks(
                z.capacity(),
                () -> {
                    float[] u = new float[FloatMath.MAX_LENGTH];
                    float[] v = new float[u.length];
                    return (start, n) -> {
                        x.get(start, u, 0, n);
                        y.get(start, v, 0, n);
                        for (int i = 0; i < n; i++) {
                            u[i] += v[i];
                        }
                        z.put(start, u, 0, n);
                    };
                });
    }

    /** Sums a matrix over its rows. */
    static void sum(INDArray matrix, INDArray row) {
        FloatBuffer x = Floats.of(matrix);
        int width = (int) row.length();
        float[][] sums = slabs(x.capacity() / width, width, 1)[0];
        slabLoop(
                x.capacity() / width,
                x.capacity(),
                (slab, from, end) -> {
                    float[] a = new float[width];
                    float[] sum = sums[slab];
                    for (int i = from; i < end; i++) {
                        x.get(i * width, a);
                        for (int j = 0; j < width; j++) {
                            sum[j] += a[j];
                        }
                    }
                });
        total(sums, row);
    }

    /** Room for sums over rows: [sum][slab][width], zero. */
    static float[][][] slabs(int rows, int width, int sums) {
        return new float[sums][Math.min(rows, SLABS)][width];
    }

    /** Adds up what the slabs have summed. */
    static void total(float[][] slabs, INDArray row) {
        FloatBuffer to = Floats.of(row);
        for (int j = 0; j < to.capacity(); j++) {
            double sum = 0;
            for (float[] slab : slabs) {
                sum += slab[j];
            }
            to.put(j, (float) sum);
        }
    }

    /** Runs a body for slabs of rows. */
    static void slabLoop(int rows, long elements, Slab body) {
        int slabs = Math.min(rows, SLABS);
        Workers.loop(
                slabs,
                elements,
                (first, last) -> {
                    for (int s = first; s < last; s++) {
                        body.run(
                                s,
                                (int) ((long) rows * s / slabs),
                                (int) ((long) rows * (s + 1) / slabs));
                    }
                });
    }

    /** Runs a body for pieces of a long vector; each thread has a body of its own. */
    static void chunks(int length, Supplier<Chunk> bodies) {
        int size = FloatMath.MAX_LENGTH;
        Workers.loop(
                (length + size - 1) / size,
                length,
                (first, last) -> {
                    Chunk body = bodies.get();
                    for (int c = first; c < last; c++) {
                        int start = c * size;
                        body.run(start, Math.min(size, length - start));
                    }
                });
    }

    /** A loop body for some rows of a matrix. */
    @FunctionalInterface
    interface Slab {
        /** Runs for the rows of a slab: {@code from <= row < end}. */
        void run(int slab, int from, int end);
    }

    /** A loop body for a piece of a vector. */
    @FunctionalInterface
    interface Chunk {
        /** Runs for n elements. */
        void run(int start, int n);
    }
}
