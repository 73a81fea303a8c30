package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.dl4jplugins.mtl.stream.StreamDependencies;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which vertices each task's gradient passes, and which layers are therefore shared. */
final class TaskStructure {

    private final List<String> tasks;
    private final GraphVertex[] order;
    private final GraphVertex[] heads;
    private final boolean[][] visited;
    private final long[] flatOffset;
    private final long[] vertexLength;
    private final List<LayerBlock> blocks = new ArrayList<>();
    private long sharedParameters;

    private TaskStructure(ComputationGraph graph) {
        tasks = List.copyOf(graph.getConfiguration().getNetworkOutputs());
        GraphVertex[] vertices = graph.getVertices();
        int[] sorted = graph.topologicalSortOrder();
        order = new GraphVertex[sorted.length];
        flatOffset = new long[vertices.length];
        vertexLength = new long[vertices.length];
        long offset = 0;
        for (int i = 0; i < sorted.length; i++) {
            GraphVertex v = vertices[sorted[i]];
            order[i] = v;
            flatOffset[sorted[i]] = offset;
            if (!v.isInputVertex()) {
                vertexLength[sorted[i]] =
                        graph.getConfiguration()
                                .getVertices()
                                .get(v.getVertexName())
                                .numParams(true);
            }
            offset += vertexLength[sorted[i]];
        }
        heads = tasks.stream().map(graph::getVertex).toArray(GraphVertex[]::new);
        visited = new boolean[tasks.size()][vertices.length];
        for (int t = 0; t < heads.length; t++) {
            visit(vertices, heads[t], visited[t]);
            keepOwnStreams(graph, t);
        }
        findShared();
    }

    /**
     * @throws IllegalArgumentException if the graph is not initialized, has fewer than two outputs,
     *     or has an output that is not a loss layer
     */
    static TaskStructure of(ComputationGraph graph) {
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        if (outputs.size() < 2) {
            throw new IllegalArgumentException(
                    "Task gradients need a graph with at least two outputs (one per task), but it"
                            + " has "
                            + outputs.size()
                            + ": "
                            + outputs);
        }
        if (graph.getVertices() == null) {
            throw new IllegalArgumentException(
                    "The graph is not initialized: call init() before looking for shared layers");
        }
        for (String name : outputs) {
            if (!(unwrap(graph.getVertex(name).getLayer()) instanceof IOutputLayer)) {
                throw new IllegalArgumentException(
                        "Output \""
                                + name
                                + "\" is not a loss layer (an OutputLayer, LossLayer or the like)"
                                + " but "
                                + describe(graph.getVertex(name))
                                + ": it has no loss whose gradient could be taken");
            }
        }
        return new TaskStructure(graph);
    }

    private static String describe(GraphVertex v) {
        return v.hasLayer()
                ? v.getLayer().getClass().getSimpleName()
                : v.getClass().getSimpleName();
    }

    /** The layer inside a FrozenLayerWithBackprop, any other layer as it is. */
    static Layer unwrap(Layer layer) {
        return layer instanceof FrozenLayerWithBackprop f ? f.getInsideLayer() : layer;
    }

    /** Whether DL4J's backward pass stops at this vertex. */
    static boolean stopsGradient(GraphVertex v) {
        return v.isInputVertex()
                || v instanceof FrozenVertex
                || v.hasLayer() && v.getLayer() instanceof FrozenLayer;
    }

    private static void visit(GraphVertex[] vertices, GraphVertex v, boolean[] seen) {
        if (seen[v.getVertexIndex()] || stopsGradient(v)) {
            return;
        }
        seen[v.getVertexIndex()] = true;
        VertexIndices[] inputs = v.getInputVertices();
        if (inputs != null) {
            for (VertexIndices in : inputs) {
                visit(vertices, vertices[in.getVertexIndex()], seen);
            }
        }
    }

    /** In a graph with stacked streams: leaves out what only other tasks' streams depend on. */
    private void keepOwnStreams(ComputationGraph graph, int task) {
        Set<String> own = StreamDependencies.of(graph.getConfiguration(), tasks.get(task));
        for (GraphVertex v : order) {
            visited[task][v.getVertexIndex()] &= own.contains(v.getVertexName());
        }
    }

    private void findShared() {
        for (GraphVertex v : order) {
            int index = v.getVertexIndex();
            boolean[] sharers = new boolean[tasks.size()];
            int count = 0;
            for (int t = 0; t < sharers.length; t++) {
                sharers[t] = visited[t][index];
                count += sharers[t] ? 1 : 0;
            }
            if (count < 2
                    || vertexLength[index] == 0
                    || v.hasLayer() && v.getLayer() instanceof FrozenLayerWithBackprop) {
                continue;
            }
            List<long[]> ranges = trainable(v, vertexLength[index]);
            long n = ranges.stream().mapToLong(r -> r[1] - r[0]).sum();
            if (n > 0) {
                blocks.add(
                        new LayerBlock(
                                new SharedLayer(v.getVertexName(), n),
                                index,
                                flatOffset[index],
                                vertexLength[index],
                                ranges,
                                sharedParameters,
                                sharers));
                sharedParameters += n;
            }
        }
    }

    /** Ranges of the parameters whose gradients are sums over examples: not running statistics. */
    private static List<long[]> trainable(GraphVertex v, long length) {
        List<long[]> ranges = new ArrayList<>();
        long at = 0;
        for (Map.Entry<String, INDArray> p : v.paramTable(true).entrySet()) {
            long n = p.getValue().length();
            if (v.updaterDivideByMinibatch(p.getKey())) {
                long[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
                if (last != null && last[1] == at) {
                    last[1] = at + n;
                } else {
                    ranges.add(new long[] {at, at + n});
                }
            }
            at += n;
        }
        return at == length ? ranges : List.of(new long[] {0, length});
    }

    /** Whether the graph still consists of the vertices that were looked at. */
    boolean describes(ComputationGraph graph) {
        GraphVertex[] vertices = graph.getVertices();
        boolean same = vertices.length == order.length;
        for (int i = 0; same && i < order.length; i++) {
            same = vertices[order[i].getVertexIndex()] == order[i];
        }
        return same;
    }

    List<String> tasks() {
        return tasks;
    }

    /** All vertices, inputs first. */
    GraphVertex[] order() {
        return order;
    }

    GraphVertex head(int task) {
        return heads[task];
    }

    IOutputLayer loss(int task) {
        return (IOutputLayer) unwrap(heads[task].getLayer());
    }

    /** Whether the gradient of a task passes a vertex. */
    boolean visits(int task, int vertex) {
        return visited[task][vertex];
    }

    long flatOffset(int vertex) {
        return flatOffset[vertex];
    }

    long vertexLength(int vertex) {
        return vertexLength[vertex];
    }

    List<LayerBlock> blocks() {
        return blocks;
    }

    List<SharedLayer> layers() {
        return blocks.stream().map(LayerBlock::layer).toList();
    }

    long sharedParameters() {
        return sharedParameters;
    }

    /** The trainable parameters of one task only: ranges {from, to} in the flattened parameters. */
    List<long[]> ownRanges(int task) {
        List<long[]> ranges = new ArrayList<>();
        for (GraphVertex v : order) {
            int i = v.getVertexIndex();
            if (owner(i) == task && vertexLength[i] > 0) {
                for (long[] r : trainable(v, vertexLength[i])) {
                    ranges.add(new long[] {flatOffset[i] + r[0], flatOffset[i] + r[1]});
                }
            }
        }
        return ranges;
    }

    /** For every vertex that only one task passes, that task; -1 elsewhere. */
    int owner(int vertex) {
        int owner = -1;
        for (int t = 0; t < visited.length; t++) {
            if (visited[t][vertex]) {
                if (owner >= 0) {
                    return -1;
                }
                owner = t;
            }
        }
        return owner;
    }
}
