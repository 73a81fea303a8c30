package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attaches frozen weights that live outside of a network ({@link BasePlacement#SHARED}): after
 * loading a saved network, or after {@code init()} of a transformed configuration.
 */
public final class SharedBase {
    private SharedBase() {}

    /**
     * Attaches the base weights of every layer that keeps them outside.
     *
     * @param graph initialized
     * @param source gives each weight; arrays are shared, not copied
     * @throws IllegalArgumentException naming every weight that is absent or has another shape or
     *     data type; nothing is attached then
     */
    public static void attach(ComputationGraph graph, WeightSource source) {
        attach(graph.getLayers(), source);
    }

    /**
     * Attaches the base weights of every layer that keeps them outside.
     *
     * @param network initialized
     * @param source gives each weight; arrays are shared, not copied
     * @throws IllegalArgumentException naming every weight that is absent or has another shape or
     *     data type; nothing is attached then
     */
    public static void attach(MultiLayerNetwork network, WeightSource source) {
        attach(network.getLayers(), source);
    }

    /**
     * The weights of a network, by layer name.
     *
     * @param graph an untransformed network, or one transformed with {@link BasePlacement#INSIDE}
     * @return a source of views of its parameters
     */
    public static WeightSource of(ComputationGraph graph) {
        return (layer, key) -> {
            Layer found = graph.getLayer(layer);
            return found == null ? null : found.getParam(key);
        };
    }

    /**
     * The weights of a network, by layer name.
     *
     * @param network an untransformed network, or one transformed with {@link BasePlacement#INSIDE}
     * @return a source of views of its parameters
     */
    public static WeightSource of(MultiLayerNetwork network) {
        return (name, key) -> {
            for (Layer layer : network.getLayers()) {
                if (name.equals(layer.conf().getLayer().getLayerName())) {
                    return layer.getParam(key);
                }
            }
            return null;
        };
    }

    private static void attach(Layer[] layers, WeightSource source) {
        Map<LoraRuntime, Map<String, INDArray>> found = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Layer layer : layers) {
            if (layer instanceof LoraRuntime lora
                    && lora.layerConf().getPlacement() == BasePlacement.SHARED) {
                found.put(lora, weights(lora, source, wrong));
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(
                    wrong.size() + " base weights cannot be attached: " + String.join("; ", wrong));
        }
        found.forEach(SharedBase::attach);
    }

    private static Map<String, INDArray> weights(
            LoraRuntime layer, WeightSource source, List<String> wrong) {
        LoraLayer conf = layer.layerConf();
        Map<String, long[]> shapes = BaseShapes.of(conf.getUnderlying());
        Map<String, INDArray> weights = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            String key = entry.getKey();
            if (conf.getTrained().contains(key)) {
                continue;
            }
            INDArray value = source.weights(conf.getLayerName(), key);
            String name = conf.getLayerName() + "." + key;
            if (value == null) {
                wrong.add(name + " is absent");
            } else if (!sameShape(value.shape(), entry.getValue())) {
                wrong.add(
                        name
                                + " has shape "
                                + Arrays.toString(value.shape())
                                + ", expected "
                                + Arrays.toString(entry.getValue()));
            } else if (value.dataType() != layer.getDataType()) {
                wrong.add(name + " is " + value.dataType() + ", expected " + layer.getDataType());
            } else {
                weights.put(key, value);
            }
        }
        return weights;
    }

    private static boolean sameShape(long[] a, long[] b) {
        return Arrays.equals(a, b) || flat(a) >= 0 && flat(a) == flat(b);
    }

    /** Length of a vector, [n] or [1, n]; -1 for anything else. */
    private static long flat(long[] shape) {
        return shape.length == 1 ? shape[0] : shape.length == 2 && shape[0] == 1 ? shape[1] : -1;
    }

    private static void attach(LoraRuntime layer, Map<String, INDArray> weights) {
        layer.layerConf().attach(weights);
        layer.attached();
        Starts.magnitudes(layer);
    }
}
