package org.dl4jplugins.core.accel;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Matrix products that write into an existing array.
 *
 * <p>FLOAT matrices whose rows or columns are contiguous, views of larger arrays among them, go to
 * the BLAS library as they are, without copies; everything else is computed by ND4J.
 */
public final class Gemm {
    /** Multiplications up to which the BLAS library's own threads do not pay. */
    private static final long SMALL = 1L << 23;

    private Gemm() {}

    /**
     * {@code c := op(a) op(b) + beta c}.
     *
     * @param transA whether op(a) is the transpose of a
     * @param a a matrix; op(a) is [m, k]
     * @param transB whether op(b) is the transpose of b
     * @param b a matrix; op(b) is [k, n]
     * @param beta 0 to overwrite c, whatever it holds; 1 to add to it
     * @param c [m, n], in any order; must not overlap a or b
     * @throws IllegalArgumentException if an array is not a matrix or the shapes do not fit
     */
    public static void multiply(
            boolean transA, INDArray a, boolean transB, INDArray b, double beta, INDArray c) {
        multiply(transA, a, transB, b, 1, beta, c);
    }

    /**
     * {@code c := alpha op(a) op(b) + beta c}, without a scaled copy of a or b.
     *
     * @param transA whether op(a) is the transpose of a
     * @param a a matrix; op(a) is [m, k]
     * @param transB whether op(b) is the transpose of b
     * @param b a matrix; op(b) is [k, n]
     * @param alpha what the product is multiplied by
     * @param beta 0 to overwrite c, whatever it holds; 1 to add to it
     * @param c [m, n], in any order; must not overlap a or b
     * @throws IllegalArgumentException if an array is not a matrix or the shapes do not fit
     */
    public static void multiply(
            boolean transA,
            INDArray a,
            boolean transB,
            INDArray b,
            double alpha,
            double beta,
            INDArray c) {
        check(transA, a, transB, b, c);
        Stored x = Stored.of(a, transA);
        Stored y = Stored.of(b, transB);
        Stored z = Stored.of(c, false);
        if (x == null || y == null || z == null || !Blas.available()) {
            byNd4j(transA ? a.transpose() : a, transB ? b.transpose() : b, alpha, beta, c);
            return;
        }
        int m = (int) c.size(0);
        int n = (int) c.size(1);
        int k = (int) (transA ? a.size(0) : a.size(1));
        if (z.transposed) { // c' = op(b)' op(a)'
            sgemm(y.flip(), x.flip(), n, m, k, alpha, beta, z);
        } else {
            sgemm(x, y, m, n, k, alpha, beta, z);
        }
        Reference.reachabilityFence(a);
        Reference.reachabilityFence(b);
        Reference.reachabilityFence(c);
    }

    private static void sgemm(
            Stored a, Stored b, int m, int n, int k, double alpha, double beta, Stored c) {
        boolean small = Math.min(m, n) > 1 && (long) m * n * k <= SMALL;
        Sgemm product = small ? SmallGemm::inStrips : Blas::sgemm;
        product.multiply(
                a.transposed,
                b.transposed,
                m,
                n,
                k,
                (float) alpha,
                a.address,
                a.stride,
                b.address,
                b.stride,
                (float) beta,
                c.address,
                c.stride);
    }

    private static void byNd4j(INDArray a, INDArray b, double alpha, double beta, INDArray c) {
        INDArray product = a.castTo(c.dataType()).mmul(b.castTo(c.dataType()));
        if (alpha != 1) {
            product.muli(alpha);
        }
        if (beta == 0) {
            c.assign(product);
        } else {
            c.muli(beta).addi(product);
        }
    }

    private static void check(boolean transA, INDArray a, boolean transB, INDArray b, INDArray c) {
        boolean fits = a.rank() == 2 && b.rank() == 2 && c.rank() == 2;
        if (fits) {
            fits =
                    a.size(transA ? 1 : 0) == c.size(0)
                            && b.size(transB ? 0 : 1) == c.size(1)
                            && a.size(transA ? 0 : 1) == b.size(transB ? 1 : 0);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "Cannot multiply matrices of shapes "
                            + shape(a, transA)
                            + " and "
                            + shape(b, transB)
                            + " into "
                            + shape(c, false));
        }
    }

    private static String shape(INDArray a, boolean transposed) {
        return Arrays.toString(a.shape()) + (transposed ? " (transposed)" : "");
    }

    /** A product on raw addresses, as {@link Blas}. */
    private interface Sgemm {
        void multiply(
                boolean transA,
                boolean transB,
                int m,
                int n,
                int k,
                float alpha,
                long a,
                int lda,
                long b,
                int ldb,
                float beta,
                long c,
                int ldc);
    }

    /**
     * How a matrix lies in memory.
     *
     * @param transposed whether its columns are contiguous instead of its rows
     */
    private record Stored(long address, int stride, boolean transposed) {
        static Stored of(INDArray a, boolean transpose) {
            if (a.dataType() != DataType.FLOAT) {
                return null;
            }
            long rows = a.size(0);
            long columns = a.size(1);
            long down = rows == 1 ? columns : a.stride(0);
            long right = columns == 1 ? rows : a.stride(1);
            if (Math.max(Math.max(rows, columns), Math.max(down, right)) > Integer.MAX_VALUE) {
                return null;
            }
            if ((columns == 1 || right == 1) && down >= columns) {
                return new Stored(Floats.address(a), (int) down, transpose);
            }
            if ((rows == 1 || down == 1) && right >= rows) {
                return new Stored(Floats.address(a), (int) right, !transpose);
            }
            return null;
        }

        Stored flip() {
            return new Stored(address, stride, !transposed);
        }
    }
}
