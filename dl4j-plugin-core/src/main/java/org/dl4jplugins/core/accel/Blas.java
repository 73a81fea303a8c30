package org.dl4jplugins.core.accel;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Single-precision matrix products on raw addresses, by the BLAS library that the CPU backend
 * itself has loaded (OpenBLAS, or MKL where the user chose it). Views cost nothing here, while an
 * {@code INDArray} per block would cost more than a small product. For whole arrays there is {@link
 * Gemm}.
 */
public final class Blas {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final boolean AVAILABLE = load();

    private Blas() {}

    /**
     * Whether the library could be loaded.
     *
     * @return false if the BLAS classes or their native library are absent
     */
    public static boolean available() {
        return AVAILABLE;
    }

    /**
     * {@code c := op(a) op(b) + beta c}, all row-major.
     *
     * @param transA whether a is stored [k, m] instead of [m, k]
     * @param transB whether b is stored [n, k] instead of [k, n]
     * @param m rows of c
     * @param n columns of c
     * @param k inner length
     * @param a address of the first element
     * @param lda elements from one stored row of a to the next
     * @param b address of the first element
     * @param ldb elements from one stored row of b to the next
     * @param beta 0 to overwrite c, 1 to add to it
     * @param c address of the first element
     * @param ldc elements from one row of c to the next
     */
    public static void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            long a,
            int lda,
            long b,
            int ldb,
            float beta,
            long c,
            int ldc) {
        sgemm(transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code c := alpha op(a) op(b) + beta c}, otherwise as above. */
    static void sgemm(
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
            int ldc) {
        if (m == 1) {
            sgemv(!transB, n, k, alpha, b, ldb, a, transA ? lda : 1, beta, c);
            return;
        }
        openblas_nolapack.cblas_sgemm(
                ROW_MAJOR,
                transA ? TRANSPOSE : NO_TRANSPOSE,
                transB ? TRANSPOSE : NO_TRANSPOSE,
                m,
                n,
                k,
                alpha,
                new At(a),
                lda,
                new At(b),
                ldb,
                beta,
                new At(c),
                ldc);
    }

    /**
     * {@code c := alpha op(b) a + beta c} for vectors a and c: a product of matrices would first
     * copy the whole of b, which takes 4 to 14 times as long.
     */
    private static void sgemv(
            boolean transB,
            int n,
            int k,
            float alpha,
            long b,
            int ldb,
            long a,
            int strideA,
            float beta,
            long c) {
        openblas_nolapack.cblas_sgemv(
                ROW_MAJOR,
                transB ? TRANSPOSE : NO_TRANSPOSE,
                transB ? k : n,
                transB ? n : k,
                alpha,
                new At(b),
                ldb,
                new At(a),
                strideA,
                beta,
                new At(c),
                1);
    }

    private static boolean load() {
        try {
            float[] c = new float[1];
            openblas_nolapack.cblas_sgemm(
                    ROW_MAJOR,
                    NO_TRANSPOSE,
                    NO_TRANSPOSE,
                    1,
                    1,
                    1,
                    1f,
                    new float[] {2},
                    1,
                    new float[] {3},
                    1,
                    0f,
                    c,
                    1);
            return c[0] == 6;
        } catch (LinkageError e) {
            return false;
        }
    }

    /** A pointer to an address that somebody else owns. */
    private static final class At extends FloatPointer {
        At(long address) {
            super((Pointer) null);
            this.address = address;
        }
    }
}
