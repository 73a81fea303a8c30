package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks with increments made from others, all weights copied by name. */
public final class LoraNetworks {
    private LoraNetworks() {}

    /**
     * A graph whose increments, scores or trainability differ. Parameters of the same name and
     * shape are copied, new ones initialized; shared base weights stay shared.
     *
     * @param graph with {@link LoraLayer}s; it is not changed
     * @param edit makes a layer of another; it must keep the wrapped layer, kind and placement
     * @return a new, initialized graph without updater state and listeners
     */
    public static ComputationGraph rebuild(ComputationGraph graph, UnaryOperator<LoraLayer> edit) {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
        NetworkLayers layers = NetworkLayers.of(conf);
        edit(layers, name -> graph.getLayer(name), edit);
        ComputationGraph copy = new ComputationGraph(conf);
        copy.init();
        for (Layer layer : copy.getLayers()) {
            copyParameters(graph.getLayer(layer.conf().getLayer().getLayerName()), layer);
        }
        return copy;
    }

    /**
     * A network whose increments, scores or trainability differ.
     *
     * @param network with {@link LoraLayer}s; it is not changed
     * @param edit makes a layer of another; it must keep the wrapped layer, kind and placement
     * @return a new, initialized network without updater state and listeners
     * @see #rebuild(ComputationGraph, UnaryOperator)
     */
    public static MultiLayerNetwork rebuild(
            MultiLayerNetwork network, UnaryOperator<LoraLayer> edit) {
        MultiLayerConfiguration conf =
                MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson());
        NetworkLayers layers = NetworkLayers.of(conf);
        edit(layers, name -> network.getLayer(layers.names().indexOf(name)), edit);
        MultiLayerNetwork copy = new MultiLayerNetwork(conf);
        copy.init();
        for (int i = 0; i < copy.getnLayers(); i++) {
            copyParameters(network.getLayer(i), copy.getLayer(i));
        }
        return copy;
    }

    private static void edit(
            NetworkLayers layers, Function<String, Layer> original, UnaryOperator<LoraLayer> edit) {
        for (String name : layers.names()) {
            if (layers.layer(name) instanceof LoraLayer layer) {
                LoraLayer edited = edit.apply(layer);
                edited.attach(((LoraRuntime) original.apply(name)).layerConf().shared());
                layers.replace(name, edited);
            }
        }
    }

    private static void copyParameters(Layer from, Layer to) {
        for (Map.Entry<String, INDArray> p : to.paramTable(false).entrySet()) {
            INDArray value = from.getParam(p.getKey());
            if (value != null && value.length() == p.getValue().length()) {
                p.getValue().assign(value);
            }
        }
        if (to instanceof LoraRuntime lora) {
            startNew((LoraRuntime) from, lora);
        }
    }

    /** New increments whose first values depend on the base get them, now that it is copied. */
    private static void startNew(LoraRuntime from, LoraRuntime to) {
        LoraLayer conf = to.layerConf();
        if (conf.getPlacement() == BasePlacement.SHARED && conf.shared() == null) {
            return; // SharedBase.attach does it
        }
        for (LoraIncrement i : conf.getIncrements()) {
            if (from.getParam(i.keyA()) == null) {
                if (i.getInit() == LoraInit.PISSA) {
                    Pissa.start(to, i);
                }
                if (i.isDora()) {
                    to.getParam(i.keyM()).assign(0);
                }
            }
        }
        Starts.magnitudes(to);
    }

    /** The adapted graph with the original's weights. */
    static ComputationGraph initialized(
            ComputationGraphConfiguration conf, ComputationGraph original) {
        NetworkLayers layers = NetworkLayers.of(conf);
        share(layers, original::getLayer);
        ComputationGraph adapted = new ComputationGraph(conf);
        adapted.init();
        for (Layer layer : adapted.getLayers()) {
            start(original.getLayer(layer.conf().getLayer().getLayerName()), layer);
        }
        return adapted;
    }

    /** The adapted network with the original's weights. */
    static MultiLayerNetwork initialized(MultiLayerConfiguration conf, MultiLayerNetwork original) {
        NetworkLayers layers = NetworkLayers.of(conf);
        share(layers, name -> original.getLayer(layers.names().indexOf(name)));
        MultiLayerNetwork adapted = new MultiLayerNetwork(conf);
        adapted.init();
        for (int i = 0; i < adapted.getnLayers(); i++) {
            start(original.getLayer(i), adapted.getLayer(i));
        }
        return adapted;
    }

    private static void share(NetworkLayers layers, Function<String, Layer> original) {
        for (String name : layers.names()) {
            if (layers.layer(name) instanceof LoraLayer layer
                    && layer.getPlacement() == BasePlacement.SHARED) {
                Map<String, INDArray> base =
                        new LinkedHashMap<>(original.apply(name).paramTable(false));
                base.keySet().removeAll(layer.getTrained());
                layer.attach(base);
            }
        }
    }

    private static void start(Layer from, Layer to) {
        Map<String, INDArray> own = to.paramTable(false);
        from.paramTable(false)
                .forEach(
                        (key, value) -> {
                            if (own.containsKey(key)) {
                                own.get(key).assign(value);
                            }
                        });
        if (to instanceof LoraRuntime lora) {
            Starts.fromWeights(lora);
        }
    }
}
