package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
        INDArray untouched = unwritten(DataType.FLOAT, length);
        base.initializer()
                .init(conf, untouched, false)
                .forEach((key, value) -> shapes.put(key, value.shape()));
        untouched.close();
        return shapes;
    }

    /** An array [1, length] outside of workspaces whose memory was not touched. */
    static INDArray unwritten(DataType type, long length) {
        return Nd4j.createUninitializedDetached(type, 1, length);
    }
}
