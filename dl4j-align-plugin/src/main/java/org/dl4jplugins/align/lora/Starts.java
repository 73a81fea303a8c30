package org.dl4jplugins.align.lora;

import org.nd4j.linalg.api.ndarray.INDArray;

/** First values that depend on the base weights. */
final class Starts {
    private Starts() {}

    /** After the base weights have their values: PiSSA factors and DoRA magnitudes. */
    static void fromWeights(LoraRuntime layer) {
        for (LoraIncrement i : layer.layerConf().getIncrements()) {
            fromWeights(layer, i);
        }
    }

    /** The same for one increment of the layer. */
    static void fromWeights(LoraRuntime layer, LoraIncrement i) {
        if (i.getInit() == LoraInit.PISSA) {
            Pissa.start(layer, i);
        }
        if (i.isDora()) {
            magnitude(layer, i);
        }
    }

    /** Sets magnitudes that were never set: they are zero, which no column norm is in practice. */
    static void magnitudes(LoraRuntime layer) {
        for (LoraIncrement i : layer.layerConf().getIncrements()) {
            if (i.isDora() && layer.getParam(i.keyM()).normmaxNumber().doubleValue() == 0) {
                magnitude(layer, i);
            }
        }
    }

    private static void magnitude(LoraRuntime layer, LoraIncrement i) {
        INDArray w = layer.baseMatrix(i.getMatrix());
        INDArray a = layer.getParam(i.keyA());
        INDArray b = layer.getParam(i.keyB());
        layer.getParam(i.keyM()).assign(Dora.norms(w, i.getScaling(), a, b));
    }
}
