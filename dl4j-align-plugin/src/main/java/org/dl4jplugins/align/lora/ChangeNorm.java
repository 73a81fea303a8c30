package org.dl4jplugins.align.lora;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How much an increment changes its matrix at the moment. */
final class ChangeNorm {
    private ChangeNorm() {}

    /** Frobenius norm; {@code ||A B||^2 = <A'A, BB'>} needs no product of the matrix's size. */
    static double of(LoraRuntime layer, LoraIncrement i) {
        if (i.isDora()) {
            return MergedMatrix.change(layer, i).norm2Number().doubleValue();
        }
        double factor = layer.strength(i) * layer.gamma(i.getMatrix());
        if (factor == 0) {
            return 0;
        }
        INDArray a = layer.getParam(i.keyA());
        INDArray b = layer.getParam(i.keyB());
        double square = a.transpose().mmul(a).mul(b.mmul(b.transpose())).sumNumber().doubleValue();
        return Math.abs(factor) * Math.sqrt(square > 0 || Double.isNaN(square) ? square : 0);
    }
}
