package org.dl4jplugins.align.lora;

import java.util.Map;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Column norms of weight-decomposed increments (DoRA, ICML 2024). */
final class Dora {
    private Dora() {}

    /** Euclidean norms [1, out] of the columns of {@code W + scaling A B}. */
    static INDArray norms(INDArray w, double scaling, INDArray a, INDArray b) {
        INDArray sum = Nd4j.createUninitialized(w.dataType(), w.shape(), 'c').assign(w);
        Gemm.multiply(false, a, false, b, scaling, 1, sum);
        return sum.norm2(true, 0);
    }

    /** Lets the magnitude be the norm, so that the layer computes what it did. */
    static void reset(
            LoraLayer layer,
            LoraIncrement increment,
            INDArray parameter,
            Map<String, INDArray> params) {
        LoraMatrix matrix = layer.matrix(increment.getMatrix());
        INDArray w = layer.getKind().view(matrix, parameter);
        INDArray a = params.get(increment.keyA());
        INDArray b = params.get(increment.keyB());
        params.get(increment.keyM()).assign(norms(w, increment.getScaling(), a, b));
    }
}
