package org.dl4jplugins.align.lora;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A base matrix with the increments that are in effect. */
final class MergedMatrix {
    private MergedMatrix() {}

    /**
     * Adds the increments to a parameter that holds the base values: weights of adapters, masks and
     * scores count, dropout does not.
     *
     * @param layer has the increments
     * @param matrix name of the matrix
     * @param parameter in the base layer's shape, not the base parameter itself
     */
    static void addTo(LoraRuntime layer, String matrix, INDArray parameter) {
        LoraLayer conf = layer.layerConf();
        INDArray view = conf.getKind().view(conf.matrix(matrix), parameter);
        INDArray base = layer.baseMatrix(matrix);
        for (LoraIncrement i : conf.getIncrements()) {
            if (i.getMatrix().equals(matrix)) {
                WeightTerm.add(layer, i, base, layer.gamma(matrix), view);
            }
        }
    }

    /** What one increment adds to its matrix [in, out] at the moment, in a new array. */
    static INDArray change(LoraRuntime layer, LoraIncrement i) {
        INDArray base = layer.baseMatrix(i.getMatrix());
        INDArray change = Nd4j.create(base.dataType(), base.shape(), 'c');
        WeightTerm.add(layer, i, base, layer.gamma(i.getMatrix()), change);
        return change;
    }
}
