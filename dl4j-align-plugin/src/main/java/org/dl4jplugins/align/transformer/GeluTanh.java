package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * GELU approximated by {@code 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))}; {@code gelu_new}
 * and {@code gelu_pytorch_tanh} in Hugging Face's files.
 */
public final class GeluTanh extends ElementActivation {
    private static final long serialVersionUID = 1L;
    private static final double SCALE = Math.sqrt(8 / Math.PI);
    private static final double CUBIC = 0.044715;

    @Override
    void byNd4j(INDArray x) {
        x.muli(sigmoid(x));
    }

    @Override
    INDArray derivative(INDArray x) {
        INDArray s = sigmoid(x);
        INDArray inner = x.mul(x).muli(3 * CUBIC).addi(1).muli(SCALE);
        return inner.muli(x).muli(s.rsub(1)).addi(1).muli(s);
    }

    /** (1 + tanh(u)) / 2 = sigmoid(2 u). */
    private static INDArray sigmoid(INDArray x) {
        INDArray u = x.mul(x).muli(CUBIC).addi(1).muli(x).muli(SCALE);
        return Transforms.sigmoid(u, false);
    }

    @Override
    public String toString() {
        return "gelu_pytorch_tanh";
    }
}
