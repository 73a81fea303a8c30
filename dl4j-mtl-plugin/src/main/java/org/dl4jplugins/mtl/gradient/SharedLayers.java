package org.dl4jplugins.mtl.gradient;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Finds the layers of a graph that several tasks (network outputs) share. */
public final class SharedLayers {

    private SharedLayers() {}

    /**
     * Every layer with trainable parameters from which a gradient of at least two outputs can
     * arrive, in topological order. A layer's weights and biases are one layer, batch norm is a
     * layer of its own (gamma and beta, without the running statistics). Frozen layers are not
     * trained and so not shared; neither is what lies only beneath a {@code FrozenLayer}.
     *
     * @param graph an initialized graph with at least two outputs, all of them loss layers
     * @return the shared layers, possibly none
     * @throws IllegalArgumentException if the graph has fewer than two outputs or an output is not
     *     a loss layer
     */
    public static List<SharedLayer> of(ComputationGraph graph) {
        return TaskStructure.of(graph).layers();
    }
}
