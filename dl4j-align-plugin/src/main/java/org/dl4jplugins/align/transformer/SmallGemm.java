package org.dl4jplugins.align.transformer;

import org.dl4jplugins.core.accel.Blas;

/**
 * Products in pieces so small that the BLAS library computes each on the calling thread: threads
 * that multiply matrices of their own must not wait for one another's.
 */
final class SmallGemm {
    /** OpenBLAS takes one thread up to 65536 * GEMM_MULTITHREAD_THRESHOLD (4) multiplications. */
    private static final long LIMIT = 262144;

    /** A single row is multiplied by another routine, with its own limit: 2304 * 4. */
    private static final long ROW_LIMIT = 9215;

    private SmallGemm() {}

    /**
     * {@code c := op(a) op(b) + beta c}, as {@link Blas#sgemm}.
     *
     * @param transA whether a is stored [k, m]
     * @param transB whether b is stored [n, k]
     * @param m rows of c
     * @param n columns of c
     * @param k inner length
     * @param a address
     * @param lda row stride
     * @param b address
     * @param ldb row stride
     * @param beta 0 to overwrite, 1 to add
     * @param c address
     * @param ldc row stride
     */
    static void multiply(
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
        if ((long) m * n * k <= (m == 1 ? ROW_LIMIT : LIMIT)) {
            Blas.sgemm(transA, transB, m, n, k, a, lda, b, ldb, beta, c, ldc);
        } else if (m >= n && m >= k) {
            int h = m / 2;
            long rest = a + bytes(transA ? h : (long) h * lda);
            multiply(transA, transB, h, n, k, a, lda, b, ldb, beta, c, ldc);
            long below = c + bytes((long) h * ldc);
            multiply(transA, transB, m - h, n, k, rest, lda, b, ldb, beta, below, ldc);
        } else if (n >= k) {
            int h = n / 2;
            long rest = b + bytes(transB ? (long) h * ldb : h);
            multiply(transA, transB, m, h, k, a, lda, b, ldb, beta, c, ldc);
            multiply(transA, transB, m, n - h, k, a, lda, rest, ldb, beta, c + bytes(h), ldc);
        } else {
            int h = k / 2;
            long restA = a + bytes(transA ? (long) h * lda : h);
            long restB = b + bytes(transB ? h : (long) h * ldb);
            multiply(transA, transB, m, n, h, a, lda, b, ldb, beta, c, ldc);
            multiply(transA, transB, m, n, k - h, restA, lda, restB, ldb, 1, c, ldc);
        }
    }

    private static long bytes(long floats) {
        return floats * Float.BYTES;
    }
}
