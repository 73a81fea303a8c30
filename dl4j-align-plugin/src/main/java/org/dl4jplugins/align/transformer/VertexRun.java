package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs single vertices of a graph at inference, on activations and masks by vertex index. */
final class VertexRun {
    private final GraphVertex[] vertices;
    private final int[] order;

    VertexRun(ComputationGraph graph) {
        vertices = graph.getVertices();
        order = graph.topologicalSortOrder();
    }

    GraphVertex[] vertices() {
        return vertices;
    }

    /** Vertex indices, each after its sources. */
    int[] order() {
        return order;
    }

    VertexIndices[] sources(int vertex) {
        VertexIndices[] sources = vertices[vertex].getInputVertices();
        return sources == null ? new VertexIndices[0] : sources;
    }

    VertexIndices[] targets(int vertex) {
        VertexIndices[] targets = vertices[vertex].getOutputVertices();
        return targets == null ? new VertexIndices[0] : targets;
    }

    /** By vertex: whether an output depends on it. */
    boolean[] neededFor(int output) {
        boolean[] needed = new boolean[vertices.length];
        needed[output] = true;
        for (int i = order.length - 1; i >= 0; i--) {
            if (needed[order[i]]) {
                for (VertexIndices source : sources(order[i])) {
                    needed[source.getVertexIndex()] = true;
                }
            }
        }
        return needed;
    }

    /** By vertex: whether it depends on an input. */
    boolean[] dependingOn(int input) {
        boolean[] depending = new boolean[vertices.length];
        depending[input] = true;
        for (int v : order) {
            for (VertexIndices source : sources(v)) {
                depending[v] |= depending[source.getVertexIndex()];
            }
        }
        return depending;
    }

    /**
     * Runs a vertex on whole sequences.
     *
     * @param masks by vertex; gets this one's
     * @return its activations
     */
    INDArray forward(
            int v, INDArray[] activations, INDArray[] masks, int batch, LayerWorkspaceMgr mgr) {
        GraphVertex vertex = read(v, activations, masks, batch, mgr);
        return cleared(vertex, vertex.doForward(false, mgr));
    }

    /**
     * Runs a vertex on the next tokens; what has a state continues it.
     *
     * @param masks by vertex; gets this one's
     * @param mask of the next tokens, or null
     * @return its activations
     */
    INDArray step(
            int v,
            INDArray[] activations,
            INDArray[] masks,
            int batch,
            LayerWorkspaceMgr mgr,
            INDArray mask) {
        RecurrentLayer recurrent = recurrent(vertices[v]);
        if (recurrent == null) {
            return forward(v, activations, masks, batch, mgr);
        }
        GraphVertex vertex = read(v, activations, masks, batch, mgr);
        if (recurrent instanceof StepMask positional) {
            positional.setStepMask(mask);
        }
        return cleared(vertex, recurrent.rnnTimeStep(vertex.getInputs()[0], mgr));
    }

    private GraphVertex read(
            int v, INDArray[] activations, INDArray[] masks, int batch, LayerWorkspaceMgr mgr) {
        GraphVertex vertex = vertices[v];
        VertexIndices[] sources = sources(v);
        INDArray[] inputMasks = new INDArray[sources.length];
        for (int i = 0; i < sources.length; i++) {
            int source = sources[i].getVertexIndex();
            vertex.setInput(i, activations[source], mgr);
            inputMasks[i] = masks[source];
        }
        boolean masked = Arrays.stream(inputMasks).anyMatch(x -> x != null);
        var passed =
                vertex.feedForwardMaskArrays(masked ? inputMasks : null, MaskState.Active, batch);
        masks[v] = passed == null ? null : passed.getFirst();
        return vertex;
    }

    private static INDArray cleared(GraphVertex vertex, INDArray out) {
        vertex.clear();
        if (vertex.getLayer() != null) {
            vertex.getLayer().setMaskArray(null);
        }
        return out;
    }

    /** The layer of a vertex if it has a state, else null. */
    static RecurrentLayer recurrent(GraphVertex vertex) {
        Layer layer = vertex.getLayer();
        while (layer instanceof BaseWrapperLayer wrapper) {
            layer = wrapper.getUnderlying();
        }
        return layer instanceof RecurrentLayer recurrent ? recurrent : null;
    }
}
