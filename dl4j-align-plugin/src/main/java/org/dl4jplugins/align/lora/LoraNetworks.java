package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
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
     * A graph whose increments, scores or trainability differ. Parameters of the same name are
     * copied, new ones initialized; shared base weights stay shared. The updater's state is kept
     * for what goes on learning; if there is such a parameter the counters of iterations and epochs
     * are kept too. Gradients that nothing below needs any more are not computed.
     *
     * @param graph with {@link LoraLayer}s; it is not changed
     * @param edit makes a layer of another; it must keep the wrapped layer, kind and placement
     * @return a new, initialized graph without listeners
     */
    public static ComputationGraph rebuild(ComputationGraph graph, UnaryOperator<LoraLayer> edit) {
        return Host.of(graph).rebuildLayers(edit);
    }

    /**
     * A network whose increments, scores or trainability differ.
     *
     * @param network with {@link LoraLayer}s; it is not changed
     * @param edit makes a layer of another; it must keep the wrapped layer, kind and placement
     * @return a new, initialized network without listeners
     * @see #rebuild(ComputationGraph, UnaryOperator)
     */
    public static MultiLayerNetwork rebuild(
            MultiLayerNetwork network, UnaryOperator<LoraLayer> edit) {
        return Host.of(network).rebuildLayers(edit);
    }

    /**
     * A graph that starts to train anew from the same values: like {@link
     * #rebuild(ComputationGraph, UnaryOperator)}, but without updater state, its counters at 0, and
     * other layers may change too, to be frozen for example by a {@link LoraLayer} around them.
     *
     * @param graph with {@link LoraLayer}s; it is not changed
     * @param edit makes a layer of each that has parameters; it may return it as it is, and must
     *     keep the wrapped layer, kind and placement of those that have one
     * @return a new, initialized graph without listeners
     */
    public static ComputationGraph restart(
            ComputationGraph graph, UnaryOperator<org.deeplearning4j.nn.conf.layers.Layer> edit) {
        return Host.of(graph).restart(edit);
    }

    /**
     * A graph with another loss. Parameters and the updater's state are copied, counters kept,
     * shared base weights stay shared.
     *
     * @param graph with increments or without; it is not changed
     * @param name of an output layer without parameters
     * @param loss the new output layer, without parameters; it gets the name
     * @return a new, initialized graph without listeners
     * @throws IllegalArgumentException if there is no such output or one of both has parameters
     */
    public static ComputationGraph replaceLoss(
            ComputationGraph graph, String name, org.deeplearning4j.nn.conf.layers.Layer loss) {
        Layer old = graph.getLayer(name);
        boolean output = graph.getConfiguration().getNetworkOutputs().contains(name);
        if (old == null || !output || old.numParams() + NetworkLayers.parameters(loss) > 0) {
            throw new IllegalArgumentException(
                    "name must be that of an output layer, without parameters as its replacement,"
                            + " got \""
                            + name
                            + "\"; the outputs are "
                            + graph.getConfiguration().getNetworkOutputs());
        }
        loss.setLayerName(name);
        return Host.of(graph).rebuild(layers -> layers.replace(name, loss));
    }

    /**
     * A graph of another structure. Parameters of layers that both have are copied, new layers are
     * initialized; shared base weights stay shared. Gradients that nothing below needs any more are
     * not computed, those that something new below needs are.
     *
     * @param graph with increments or without; it is not changed
     * @param edit changes a copy of its configuration; layers that stay must keep their parameters
     * @return a new, initialized graph without updater state, counters and listeners
     */
    public static ComputationGraph restructure(
            ComputationGraph graph, Consumer<ComputationGraphConfiguration> edit) {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
        edit.accept(conf);
        conf.setTopologicalOrder(null);
        conf.setTopologicalOrderStr(null);
        conf.setIterationCount(0);
        conf.setEpochCount(0);
        NetworkLayers layers = NetworkLayers.of(conf);
        Learning.skipNeedlessGradients(layers);
        boolean adapted = false;
        for (String name : layers.names()) {
            if (layers.layer(name) instanceof LoraLayer layer) {
                adapted = true;
                layer.attach(((LoraRuntime) graph.getLayer(name)).layerConf().shared());
            }
        }
        layers.clearVariables();
        conf.getDefaultConfiguration().clearVariables();
        ComputationGraph other = adapted ? new LoraGraph(conf) : new ComputationGraph(conf);
        other.init();
        for (Layer layer : other.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (graph.getConfiguration().getVertices().containsKey(name)) {
                Filling.copy(graph.getLayer(name), layer);
            }
        }
        return other;
    }

    /**
     * A graph that is frozen but for some layers. Nothing moves what is frozen: it has no gradient,
     * no updater state and no regularization.
     *
     * @param graph without increments; it is not changed
     * @param learns chooses by name the layers that go on learning
     * @return a new, initialized graph without updater state and listeners
     * @throws IllegalArgumentException if the graph has increments, or no layer would learn
     */
    public static ComputationGraph freeze(ComputationGraph graph, Predicate<String> learns) {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
        NetworkLayers layers = NetworkLayers.of(conf);
        LoraKinds kinds = new LoraKinds(List.of());
        boolean any = false;
        for (String name : layers.names()) {
            var layer = layers.layer(name);
            if (layer instanceof LoraLayer) {
                throw new IllegalArgumentException(
                        "Layer "
                                + name
                                + " has a frozen base already; LoraMerge gives a plain graph");
            }
            if (NetworkLayers.parameters(layer) == 0) {
                continue;
            }
            if (learns.test(name)) {
                any = true;
            } else {
                layers.replace(name, new LoraLayer.Builder(layer, kinds.of(layer)).build());
            }
        }
        if (!any) {
            throw new IllegalArgumentException(
                    "No layer with parameters is chosen to learn; the graph has " + layers.names());
        }
        Learning.skipNeedlessGradients(layers);
        conf.setIterationCount(0);
        conf.setEpochCount(0);
        return initialized(conf, graph);
    }

    /** The adapted graph with the original's weights. */
    static ComputationGraph initialized(
            ComputationGraphConfiguration conf, ComputationGraph original) {
        NetworkLayers layers = NetworkLayers.of(conf);
        share(layers, original::getLayer);
        ComputationGraph adapted = new LoraGraph(conf);
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
