package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Copies of stock layers as subclasses of theirs. */
final class StockCopy {
    private StockCopy() {}

    /** All settings of a layer in a new one of a subclass. */
    static <T extends Layer> T of(Layer layer, Class<T> type) {
        ObjectMapper mapper = NeuralNetConfiguration.mapper();
        ObjectNode json = mapper.valueToTree(layer.clone()); // writing fixes a layer's shapes
        json.put("@class", type.getName());
        json.remove("layerParams"); // its shapes, wrong as long as nIn is not known
        try {
            return type.cast(mapper.treeToValue(json, Layer.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot copy " + layer, e);
        }
    }

    /** Gives a runtime layer its parameters. */
    static org.deeplearning4j.nn.api.Layer set(
            org.deeplearning4j.nn.api.Layer layer,
            NeuralNetConfiguration conf,
            int index,
            INDArray paramsView,
            boolean initialize) {
        layer.setIndex(index);
        layer.setParamsViewArray(paramsView);
        layer.setParamTable(conf.getLayer().initializer().init(conf, paramsView, initialize));
        layer.setConf(conf);
        return layer;
    }
}
