package org.dl4jplugins.align.lora;

import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** PiSSA (NeurIPS 2024, section 3): the principal singular directions move into the increment. */
final class Pissa {
    private Pissa() {}

    /**
     * {@code W = U S V'}; {@code A = U_r sqrt(S_r / scaling)}, {@code B = sqrt(S_r / scaling)
     * V_r'}, and the base keeps {@code W - scaling A B}, so the layer computes what it did.
     */
    static void start(LoraRuntime layer, LoraIncrement i) {
        INDArray w = layer.baseMatrix(i.getMatrix());
        INDArray a = layer.getParam(i.keyA());
        INDArray b = layer.getParam(i.keyB());
        int rank = i.getRank();
        long values = Math.min(w.rows(), w.columns());
        if (rank > values) {
            throw new IllegalArgumentException(
                    "PISSA on "
                            + layer.layerConf().getLayerName()
                            + "."
                            + i.getMatrix()
                            + " needs a rank of at most "
                            + values
                            + ", got "
                            + rank);
        }
        INDArray s = Nd4j.create(w.dataType(), values);
        INDArray u = Nd4j.create(w.dataType(), new long[] {w.rows(), w.rows()}, 'f');
        INDArray vt = Nd4j.create(w.dataType(), new long[] {w.columns(), w.columns()}, 'f');
        Nd4j.getBlasWrapper().lapack().gesvd(w.dup('f'), s, u, vt);
        INDArray root =
                org.nd4j.linalg.ops.transforms.Transforms.sqrt(
                        s.get(NDArrayIndex.interval(0, rank)).div(i.getScaling()));
        a.assign(
                u.get(NDArrayIndex.all(), NDArrayIndex.interval(0, rank))
                        .mulRowVector(root.reshape(1, rank)));
        b.assign(
                vt.get(NDArrayIndex.interval(0, rank), NDArrayIndex.all())
                        .mulColumnVector(root.reshape(rank, 1)));
        Gemm.multiply(false, a.mul(-i.getScaling()), false, b, 1, w);
    }
}
