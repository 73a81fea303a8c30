package org.dl4jplugins.mtl.recon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.metric.ModelSize;
import org.dl4jplugins.mtl.stream.StreamDependencies;

/** What Recon has to know of a graph: order, tasks per vertex, trainable parameters. */
final class GraphStructure {
    private final ComputationGraph graph;
    private final List<String> order = new ArrayList<>();
    private final Map<String, List<String>> tasks = new LinkedHashMap<>();
    private final Map<String, Long> trainable = new LinkedHashMap<>();
    private final List<SharedLayer> shared;

    private GraphStructure(ComputationGraph graph) {
        this.graph = graph;
        shared = SharedLayers.of(graph);
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[index];
            order.add(vertex.getVertexName());
            tasks.put(vertex.getVertexName(), new ArrayList<>());
            trainable.put(vertex.getVertexName(), countTrainable(vertex));
        }
        for (String task : tasks()) {
            for (String name : StreamDependencies.of(configuration(), task)) {
                tasks.get(name).add(task);
            }
        }
    }

    /** Reads a graph; refuses graphs that Recon cannot work on. */
    static GraphStructure of(ComputationGraph graph) {
        if (graph.getVertices() == null) {
            throw new IllegalArgumentException("graph is not initialized; call init() first");
        }
        ComputationGraphConfiguration conf = graph.getConfiguration();
        if (conf.getNetworkOutputs().size() < 2) {
            throw new IllegalArgumentException(
                    "graph has one output only, "
                            + conf.getNetworkOutputs()
                            + "; Recon needs one output per task and at least two tasks (heads can be"
                            + " added with TaskHeads)");
        }
        if (StreamDependencies.inUse(conf)) {
            throw new IllegalArgumentException(
                    "graph has been modified by Recon already; transform the original graph with all"
                            + " the layers to split");
        }
        Set<String> consumed = new LinkedHashSet<>();
        conf.getVertexInputs().values().forEach(consumed::addAll);
        for (String output : conf.getNetworkOutputs()) {
            GraphVertex vertex = graph.getVertex(output);
            if (!vertex.hasLayer() || !(unwrap(vertex.getLayer()) instanceof IOutputLayer)) {
                throw new IllegalArgumentException(
                        "output \""
                                + output
                                + "\" is not a loss layer; every task's output must be an output or"
                                + " loss layer");
            }
            if (consumed.contains(output)) {
                throw new IllegalArgumentException(
                        "output \"" + output + "\" is also the input of another vertex");
            }
        }
        return new GraphStructure(graph);
    }

    ComputationGraph graph() {
        return graph;
    }

    ComputationGraphConfiguration configuration() {
        return graph.getConfiguration();
    }

    /** Network outputs. */
    List<String> tasks() {
        return configuration().getNetworkOutputs();
    }

    /** All vertices, network inputs first, each after its inputs. */
    List<String> order() {
        return order;
    }

    List<String> inputsOf(String vertex) {
        return configuration().getVertexInputs().getOrDefault(vertex, List.of());
    }

    /** The tasks whose output depends on a vertex, in the order of the outputs. */
    List<String> tasksOf(String vertex) {
        return tasks.get(vertex);
    }

    boolean exists(String vertex) {
        return tasks.containsKey(vertex);
    }

    /** Trainable parameters of a vertex; running statistics and frozen layers do not count. */
    long trainable(String vertex) {
        return trainable.get(vertex);
    }

    /** Layers with trainable parameters that at least two tasks train, inputs first. */
    List<String> shared() {
        return shared.stream().map(SharedLayer::name).toList();
    }

    List<SharedLayer> sharedLayers() {
        return shared;
    }

    /** Parameters of the whole network, without running statistics. */
    long totalParameters() {
        return ModelSize.parameters(graph);
    }

    long sharedTrainable() {
        return shared.stream().mapToLong(SharedLayer::parameters).sum();
    }

    static boolean frozen(GraphVertex vertex) {
        if (vertex instanceof FrozenVertex) {
            return true;
        }
        return vertex.hasLayer()
                && (vertex.getLayer() instanceof FrozenLayer
                        || vertex.getLayer() instanceof FrozenLayerWithBackprop);
    }

    private static Layer unwrap(Layer layer) {
        Layer inner = layer;
        while (inner instanceof BaseWrapperLayer wrapper) {
            inner = wrapper.getUnderlying();
        }
        return inner;
    }

    private static long countTrainable(GraphVertex vertex) {
        if (vertex.isInputVertex() || frozen(vertex)) {
            return 0;
        }
        Trainable owner = vertex.hasLayer() ? vertex.getLayer() : vertex;
        long sum = 0;
        for (var entry : vertex.paramTable(false).entrySet()) {
            if (!vertex.hasLayer() || owner.updaterDivideByMinibatch(entry.getKey())) {
                sum += entry.getValue().length();
            }
        }
        return sum;
    }
}
