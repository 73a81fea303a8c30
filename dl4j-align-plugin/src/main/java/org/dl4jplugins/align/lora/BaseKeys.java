package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BidirectionalParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What a base layer's own initializer says of its parameters, except for Bidirectional: DL4J
 * 1.0.0-M2.1 takes its weights for biases and cannot split its gradient by name.
 */
final class BaseKeys {
    private static final String FORWARD = BidirectionalParamInitializer.FORWARD_PREFIX;
    private static final String BACKWARD = BidirectionalParamInitializer.BACKWARD_PREFIX;

    private BaseKeys() {}

    static List<String> biases(Layer base) {
        if (base instanceof Bidirectional both) {
            return Stream.concat(
                            biases(both.getFwd()).stream().map(FORWARD::concat),
                            biases(both.getBwd()).stream().map(BACKWARD::concat))
                    .toList();
        }
        if (base instanceof BaseWrapperLayer wrapper) {
            return biases(wrapper.getUnderlying());
        }
        return base.initializer().biasKeys(base);
    }

    /** The parts of a layer's flat gradient by key. */
    static Map<String, INDArray> gradients(
            Layer base, NeuralNetConfiguration conf, INDArray gradient) {
        if (base instanceof BaseWrapperLayer wrapper) {
            return gradients(wrapper.getUnderlying(), conf, gradient);
        }
        if (base instanceof Bidirectional both) {
            INDArray flat = gradient.reshape(new long[] {gradient.length()});
            long half = flat.length() / 2;
            Map<String, INDArray> parts = new LinkedHashMap<>();
            gradients(both.getFwd(), conf, flat.get(NDArrayIndex.interval(0, half)))
                    .forEach((key, part) -> parts.put(FORWARD + key, part));
            gradients(both.getBwd(), conf, flat.get(NDArrayIndex.interval(half, 2 * half)))
                    .forEach((key, part) -> parts.put(BACKWARD + key, part));
            return parts;
        }
        NeuralNetConfiguration own = conf.clone();
        own.setLayer(base);
        return base.initializer().getGradientsFromFlattened(own, gradient);
    }
}
