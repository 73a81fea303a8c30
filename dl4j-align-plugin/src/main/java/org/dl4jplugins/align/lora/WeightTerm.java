package org.dl4jplugins.align.lora;

import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An increment as a change of the weight matrix [in, out], and its gradients from dW. */
final class WeightTerm {
    private WeightTerm() {}

    /** Adds {@code gamma * increment} to a matrix. */
    static void add(LoraRuntime layer, LoraIncrement i, INDArray w, double gamma, INDArray sum) {
        double weight = layer.layerConf().weight(i.getAdapter()) * gamma;
        if (weight == 0) {
            return;
        }
        if (i.isDora()) {
            INDArray v = sum(layer, i, w);
            v.muliRowVector(layer.getParam(i.keyM()).div(v.norm2(true, 0)));
            sum.addi(v.subi(w).muli(weight));
        } else {
            INDArray a = layer.getParam(i.keyA());
            double factor = weight * i.getScaling();
            Gemm.multiply(false, a, false, layer.getParam(i.keyB()), factor, 1, sum);
        }
    }

    /** W + scaling A B in a new array. */
    private static INDArray sum(LoraRuntime layer, LoraIncrement i, INDArray w) {
        INDArray v = Nd4j.createUninitialized(w.dataType(), w.shape(), 'c').assign(w);
        INDArray a = layer.getParam(i.keyA());
        Gemm.multiply(false, a, false, layer.getParam(i.keyB()), i.getScaling(), 1, v);
        return v;
    }

    /**
     * Writes the gradients of A, B and the magnitude.
     *
     * @param dw gradient with respect to the changed matrix
     * @return derivative with respect to gamma
     */
    static double backward(
            LoraRuntime layer, LoraIncrement i, INDArray w, double gamma, INDArray dw) {
        double weight = layer.layerConf().weight(i.getAdapter());
        INDArray a = layer.getParam(i.keyA());
        INDArray b = layer.getParam(i.keyB());
        INDArray change = dw;
        double byGamma = 0;
        if (i.isDora()) {
            INDArray v = sum(layer, i, w);
            INDArray norms = v.norm2(true, 0);
            INDArray c = layer.getParam(i.keyM()).div(norms);
            INDArray byColumn = v.mul(dw).sum(true, 0);
            byGamma =
                    byColumn.mul(c).sumNumber().doubleValue() - w.mul(dw).sumNumber().doubleValue();
            put(layer, i.keyM(), byColumn.divi(norms).muli(weight * gamma));
            change = dw.mulRowVector(c);
        }
        double factor = weight * i.getScaling();
        INDArray da = Nd4j.createUninitialized(a.dataType(), a.shape(), 'f');
        Gemm.multiply(false, change, true, b, 0, da);
        if (!i.isDora()) {
            byGamma = i.getScaling() * a.mul(da).sumNumber().doubleValue();
        }
        put(layer, i.keyA(), da.muli(factor * gamma));
        INDArray db = layer.gradientView(i.keyB());
        if (db != null) {
            Gemm.multiply(true, a, false, change, factor * gamma, 0, db);
        }
        return weight * byGamma;
    }

    private static void put(LoraRuntime layer, String key, INDArray gradient) {
        INDArray view = layer.gradientView(key);
        if (view != null) {
            view.assign(gradient);
        }
    }
}
