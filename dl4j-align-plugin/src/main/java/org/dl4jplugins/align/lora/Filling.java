package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Values of a layer that was made from another one. */
final class Filling {
    private Filling() {}

    /** Copies the parameters that both have; what only the new one has starts. */
    static void copy(Layer from, Layer to) {
        for (Map.Entry<String, INDArray> p : to.paramTable(false).entrySet()) {
            INDArray value = from.getParam(p.getKey());
            if (value != null) {
                p.getValue().assign(value);
            }
        }
        if (to instanceof LoraRuntime lora) {
            for (LoraIncrement i : lora.layerConf().getIncrements()) {
                if (from.getParam(i.keyA()) == null) {
                    draw(lora, i);
                }
            }
            startScores(from, lora);
        }
    }

    private static void startScores(Layer from, LoraRuntime to) {
        LoraLayer conf = to.layerConf();
        for (String matrix : conf.isScores() ? conf.adaptedMatrices() : List.<String>of()) {
            String key = LoraLayer.scoreKey(matrix);
            if (from.getParam(key) == null) {
                to.getParam(key).assign(conf.getInitialScore());
            }
        }
    }

    private static void draw(LoraRuntime layer, LoraIncrement i) {
        LoraLayer conf = layer.layerConf();
        conf.getKind()
                .initialize(
                        i,
                        layer.getParam(i.keyA()),
                        layer.getParam(i.keyB()),
                        Factors.seed(i, conf.getLayerName()));
        Starts.fromWeights(layer, i);
    }

    /**
     * Gives a plain layer the values of a layer with increments.
     *
     * @param merged whether the increments in effect are added
     */
    static void unwrap(LoraRuntime from, Layer to, boolean merged) {
        for (Map.Entry<String, INDArray> p : to.paramTable(false).entrySet()) {
            p.getValue().assign(from.base(p.getKey()));
        }
        if (merged) {
            for (String matrix : from.layerConf().adaptedMatrices()) {
                MergedMatrix.addTo(from, matrix, to.getParam(matrix));
            }
        }
    }
}
