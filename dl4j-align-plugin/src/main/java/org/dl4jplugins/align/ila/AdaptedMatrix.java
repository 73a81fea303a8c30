package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.lora.LoraMatrix;

/**
 * One weight matrix that has an increment: what the paper calls a layer (arXiv 2410.17875, version
 * 1: one entry of the mask for each incremental weight matrix).
 *
 * @param name by which reports and masks call it, as in {@link
 *     org.dl4jplugins.align.lora.LoraConfig}: the vertex's name, followed by a dot and the matrix
 *     if the vertex has several ({@code lstm.RW})
 * @param layer the vertex that holds it, {@code model.layers.0.self_attn.q_proj}
 * @param matrix the key of the parameter in that vertex, {@code W}
 * @param inputs how many numbers go in; for a convolution its input channels times its kernel size
 * @param outputs how many numbers come out
 */
public record AdaptedMatrix(String name, String layer, String matrix, long inputs, long outputs) {

    /** Checks the values. */
    public AdaptedMatrix {
        Ensure.that(name != null && !name.isBlank(), "name: '%s' given, right is a name", name);
        Ensure.that(layer != null && !layer.isBlank(), "layer: '%s' given, right is a name", layer);
        Ensure.that(
                matrix != null && !matrix.isBlank(), "matrix: '%s' given, right is a key", matrix);
        Ensure.that(
                inputs > 0 && outputs > 0,
                "%s: %d inputs and %d outputs given, right are at least 1",
                name,
                inputs,
                outputs);
    }

    /**
     * The weight matrices of a graph that have increments.
     *
     * @param graph any graph
     * @return in the network's order, empty for a graph without increments
     */
    public static List<AdaptedMatrix> of(ComputationGraph graph) {
        List<AdaptedMatrix> found = new ArrayList<>();
        for (String vertex : order(graph)) {
            Layer layer = graph.getLayer(vertex);
            if (layer != null && layer.conf().getLayer() instanceof LoraLayer lora) {
                boolean single = lora.getKind().matrices(lora.getUnderlying()).size() == 1;
                for (String key : lora.adaptedMatrices()) {
                    LoraMatrix matrix = lora.matrix(key);
                    String name = single ? vertex : vertex + "." + key;
                    found.add(new AdaptedMatrix(name, vertex, key, matrix.in(), matrix.out()));
                }
            }
        }
        return found;
    }

    /** As the vertices were added if that is from inputs to outputs, else DL4J's order. */
    private static Iterable<String> order(ComputationGraph graph) {
        Set<String> before = new HashSet<>(graph.getConfiguration().getNetworkInputs());
        for (String vertex : graph.getConfiguration().getVertices().keySet()) {
            if (!before.containsAll(graph.getConfiguration().getVertexInputs().get(vertex))) {
                return Arrays.stream(graph.topologicalSortOrder())
                        .mapToObj(i -> graph.getVertices()[i].getVertexName())
                        .toList();
            }
            before.add(vertex);
        }
        return graph.getConfiguration().getVertices().keySet();
    }
}
