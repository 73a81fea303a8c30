package org.dl4jplugins.align.transformer;

import org.dl4jplugins.core.accel.Blas;
import org.dl4jplugins.core.accel.Floats;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The products of a dense layer, on arrays [..., in] and [..., out] of any rank and weights [in,
 * out]. The arrays are of one type, in 'c' order without gaps. FLOAT with weights in 'f' order
 * takes no further memory.
 */
public final class LinearProducts {
    private LinearProducts() {}

    /**
     * {@code y = x w + b}.
     *
     * @param x [..., in]
     * @param w [in, out]
     * @param b [out], null for none
     * @param y [..., out], overwritten
     */
    public static void forward(INDArray x, INDArray w, INDArray b, INDArray y) {
        if (b != null) { // first: BLAS would have to write zeros otherwise
            FusedActivation.fill(FloatRows.fit(y) ? y : LastAxis.matrix(y), b);
        }
        add(x, w, b == null ? 0 : 1, y);
    }

    private static void add(INDArray x, INDArray w, float beta, INDArray y) {
        if (!direct(x, w, y)) {
            Gemm.multiply(false, LastAxis.matrix(x), false, w, beta, LastAxis.matrix(y));
            return;
        }
        int in = (int) w.size(0);
        int out = (int) w.size(1);
        int rows = (int) (y.length() / out);
        long a = Floats.address(x);
        long b = Floats.address(w);
        long c = Floats.address(y);
        Blas.sgemm(false, true, rows, out, in, a, in, b, in, beta, c, out);
    }

    /**
     * {@code dx = dy w'}.
     *
     * @param dy [..., out]
     * @param w [in, out]
     * @param dx [..., in], overwritten
     */
    public static void inputGradient(INDArray dy, INDArray w, INDArray dx) {
        if (!direct(dx, w, dy)) {
            Gemm.multiply(false, LastAxis.matrix(dy), true, w, 0, LastAxis.matrix(dx));
            return;
        }
        int in = (int) w.size(0);
        int out = (int) w.size(1);
        int rows = (int) (dy.length() / out);
        long a = Floats.address(dy);
        long b = Floats.address(w);
        long c = Floats.address(dx);
        Blas.sgemm(false, false, rows, in, out, a, out, b, in, 0, c, in);
    }

    /**
     * {@code dw = x' dy}.
     *
     * @param x [..., in]
     * @param dy [..., out]
     * @param dw [in, out], overwritten
     */
    public static void weightGradient(INDArray x, INDArray dy, INDArray dw) {
        if (!direct(x, dw, dy)) {
            Gemm.multiply(true, LastAxis.matrix(x), false, LastAxis.matrix(dy), 0, dw);
            return;
        }
        int in = (int) dw.size(0);
        int out = (int) dw.size(1);
        int rows = (int) (dy.length() / out);
        long a = Floats.address(dy);
        long b = Floats.address(x);
        long c = Floats.address(dw);
        Blas.sgemm(true, false, out, in, rows, a, out, b, in, 0, c, in);
    }

    private static boolean direct(INDArray x, INDArray w, INDArray y) {
        return w.dataType() == DataType.FLOAT
                && (w.size(0) == 1 || w.stride(0) == 1)
                && (w.size(1) == 1 || w.stride(1) == w.size(0))
                && FloatRows.fit(x, y)
                && Blas.available();
    }
}
