package org.dl4jplugins.core.accel;

/**
 * Products in pieces so small that the BLAS library computes each on the calling thread: threads
 * that multiply matrices of their own must not wait for one another's.
 */
public final class SmallGemm {
    /** OpenBLAS takes one thread up to 65536 * GEMM_MULTITHREAD_THRESHOLD (4) multiplications. */
    private static final long LIMIT = 262144;

    /** A single row is multiplied by another routine, with its own limit: 2304 * 4. */
    private static final long ROW_LIMIT = 9215;

    /** Multiplications in the time that {@link Workers} count as one float. */
    private static final int RATE = 64;

    /** Fewest rows or columns of c that are computed apart from the others. */
    private static final int STRIP = 16;

    private SmallGemm() {}

    /**
     * {@code c := op(a) op(b) + beta c}, as {@link Blas#sgemm}, on the calling thread.
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
    public static void multiply(
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
        multiply(transA, transB, m, n, k, 1, a, lda, b, ldb, beta, c, ldc);
    }

    /** {@code c := alpha op(a) op(b) + beta c}, otherwise as above. */
    private static void multiply(
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
        if ((long) m * n * k <= (m == 1 ? ROW_LIMIT : LIMIT)) {
            Blas.sgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        } else if (m >= n && m >= k) {
            int h = m / 2;
            long rest = row(a, h, lda, transA);
            multiply(transA, transB, h, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
            long below = row(c, h, ldc, false);
            multiply(transA, transB, m - h, n, k, alpha, rest, lda, b, ldb, beta, below, ldc);
        } else if (n >= k) {
            int h = n / 2;
            long rest = row(b, h, ldb, !transB);
            multiply(transA, transB, m, h, k, alpha, a, lda, b, ldb, beta, c, ldc);
            long right = row(c, h, ldc, true);
            multiply(transA, transB, m, n - h, k, alpha, a, lda, rest, ldb, beta, right, ldc);
        } else {
            int h = k / 2;
            long restA = row(a, h, lda, !transA);
            long restB = row(b, h, ldb, transB);
            multiply(transA, transB, m, n, h, alpha, a, lda, b, ldb, beta, c, ldc);
            multiply(transA, transB, m, n, k - h, alpha, restA, lda, restB, ldb, 1, c, ldc);
        }
    }

    /**
     * {@code c := alpha op(a) op(b) + beta c} in strips on all cores, which are the same whatever
     * the number of cores. For products so small that the BLAS library takes longer to wake its
     * threads than to multiply: twice as fast for 1024 rows by 384 columns by rank 8.
     */
    static void inStrips(
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
        boolean down = m >= n;
        int length = Math.max(m, n);
        long each = LIMIT / ((long) Math.min(m, n) * k);
        int strip = (int) Math.max(STRIP, Math.min(length, each));
        Workers.loop(
                (length + strip - 1) / strip,
                (long) m * n * k / RATE,
                (first, end) -> {
                    for (int s = first; s < end; s++) {
                        int i = s * strip;
                        int size = Math.min(strip, length - i);
                        multiply(
                                transA,
                                transB,
                                down ? size : m,
                                down ? n : size,
                                k,
                                alpha,
                                down ? row(a, i, lda, transA) : a,
                                lda,
                                down ? b : row(b, i, ldb, !transB),
                                ldb,
                                beta,
                                row(c, i, ldc, !down),
                                ldc);
                    }
                });
    }

    /** Address of a row, or of a column. */
    private static long row(long matrix, int number, int stride, boolean column) {
        return matrix + (column ? number : (long) number * stride) * Float.BYTES;
    }
}
