package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;

/** A configuration as named layers and what feeds them, be it a graph or a stack. */
final class NetworkLayers {
    /** Name to the settings that hold the layer, inputs first. */
    private final Map<String, NeuralNetConfiguration> layers = new LinkedHashMap<>();

    private final Map<String, List<String>> inputs = new LinkedHashMap<>();
    private final Set<String> heads = new HashSet<>();

    static NetworkLayers of(ComputationGraphConfiguration graph) {
        NetworkLayers network = new NetworkLayers();
        network.inputs.putAll(graph.getVertexInputs());
        for (Map.Entry<String, GraphVertex> entry : graph.getVertices().entrySet()) {
            if (entry.getValue() instanceof LayerVertex vertex) {
                network.layers.put(entry.getKey(), vertex.getLayerConf());
            } else if (entry.getValue().numParams(false) > 0) {
                throw new IllegalArgumentException(
                        "Vertex "
                                + entry.getKey()
                                + " of type "
                                + entry.getValue().getClass().getSimpleName()
                                + " has parameters of its own, which cannot be frozen; only"
                                + " layers can");
            }
        }
        for (String output : graph.getNetworkOutputs()) {
            NeuralNetConfiguration conf = network.layers.get(output);
            if (conf != null && isLossOnly(conf.getLayer())) {
                network.heads.addAll(graph.getVertexInputs().get(output));
            }
        }
        return network;
    }

    static NetworkLayers of(MultiLayerConfiguration stack) {
        NetworkLayers network = new NetworkLayers();
        List<NeuralNetConfiguration> confs = stack.getConfs();
        String below = null;
        for (int i = 0; i < confs.size(); i++) {
            Layer layer = confs.get(i).getLayer();
            if (layer.getLayerName() == null) {
                layer.setLayerName(String.valueOf(i));
            }
            String name = layer.getLayerName();
            if (network.layers.put(name, confs.get(i)) != null) {
                throw new IllegalArgumentException("Two layers are named " + name);
            }
            network.inputs.put(name, below == null ? List.of() : List.of(below));
            if (i == confs.size() - 1 && below != null && isLossOnly(layer)) {
                network.heads.add(below);
            }
            below = name;
        }
        return network;
    }

    List<String> names() {
        return new ArrayList<>(layers.keySet());
    }

    /** The layer without wrappers that freeze it. */
    Layer layer(String name) {
        Layer layer = layers.get(name).getLayer();
        if (layer instanceof FrozenLayer frozen) {
            return frozen.getLayer();
        }
        return layer instanceof FrozenLayerWithBackprop frozen ? frozen.getUnderlying() : layer;
    }

    void replace(String name, Layer layer) {
        layers.get(name).setLayer(layer);
    }

    /** Forgets the names of all parameters; initialization notes the new ones. */
    void clearVariables() {
        layers.values().forEach(NeuralNetConfiguration::clearVariables);
    }

    /** Whether the layer's output goes straight into a loss. */
    boolean isHead(String name) {
        return heads.contains(name);
    }

    /** A wrapped layer may have its parameters elsewhere and yet is no mere loss. */
    private static boolean isLossOnly(Layer layer) {
        return parameters(layer instanceof LoraLayer lora ? lora.getUnderlying() : layer) == 0;
    }

    static long parameters(Layer layer) {
        return layer.initializer() == null ? 0 : layer.initializer().numParams(layer);
    }

    /** Names whose inputs depend on something that learns. */
    Set<String> above(Set<String> learning) {
        Map<String, Boolean> known = new LinkedHashMap<>();
        Set<String> above = new HashSet<>();
        for (String name : inputs.keySet()) {
            for (String input : inputs.get(name)) {
                if (depends(input, learning, known)) {
                    above.add(name);
                }
            }
        }
        return above;
    }

    private boolean depends(String name, Set<String> learning, Map<String, Boolean> known) {
        Boolean done = known.get(name);
        if (done != null) {
            return done;
        }
        boolean depends = learning.contains(name);
        for (String input : inputs.getOrDefault(name, List.of())) {
            depends |= depends(input, learning, known);
        }
        known.put(name, depends);
        return depends;
    }
}
