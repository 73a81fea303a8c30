package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Shapes of a stock layer's parameters, which DL4J knows only of existing arrays: laid out over
 * memory that is reserved, never written, and given back at once.
 */
final class BaseShapes {
    private BaseShapes() {}

    static Map<String, long[]> of(Layer base) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long length = base.initializer().numParams(base);
        if (length == 0) {
            return shapes;
        }
        NeuralNetConfiguration conf = new NeuralNetConfiguration();
        conf.setLayer(base);
        try (UntouchedMemory memory = new UntouchedMemory(DataType.FLOAT, length)) {
            base.initializer()
                    .init(conf, memory.array(), false)
                    .forEach((key, value) -> shapes.put(key, value.shape()));
        }
        return shapes;
    }
}
