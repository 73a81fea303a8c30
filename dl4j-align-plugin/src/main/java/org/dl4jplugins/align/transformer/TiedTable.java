package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;

/**
 * The vectors that another layer of the graph owns.
 *
 * @param vectors the owner
 * @param trainable false if the owner is wrapped into one of DL4J's frozen layers
 * @param ownerFirst whether the owner's backward pass comes before the user's
 */
record TiedTable(TokenVectors vectors, boolean trainable, boolean ownerFirst) {

    /**
     * Finds the owner.
     *
     * @param graph the initialized graph
     * @param owner name of the owner's vertex
     * @param user the vertex that shares its vectors
     * @return the owner's vectors
     * @throws DL4JInvalidConfigException if the vertex has no token vectors
     */
    static TiedTable find(ComputationGraph graph, String owner, GraphVertex user) {
        GraphVertex vertex = graph.getVertex(owner);
        Layer layer = vertex == null ? null : vertex.getLayer();
        boolean trainable = true;
        while (layer instanceof BaseWrapperLayer wrapper && !(layer instanceof TokenVectors)) {
            layer = wrapper.getUnderlying();
            trainable = false;
        }
        if (!(layer instanceof TokenVectors vectors)) {
            throw new DL4JInvalidConfigException(
                    "Vertex \""
                            + user.getVertexName()
                            + "\" shares the weights of the token embedding \""
                            + owner
                            + "\": "
                            + (vertex == null
                                    ? "the graph has no such vertex"
                                    : "that vertex holds no token vectors but is " + vertex));
        }
        return new TiedTable(vectors, trainable, position(graph, user) < position(graph, vertex));
    }

    private static int position(ComputationGraph graph, GraphVertex vertex) {
        int[] order = graph.topologicalSortOrder();
        for (int i = 0; i < order.length; i++) {
            if (order[i] == vertex.getVertexIndex()) {
                return i;
            }
        }
        throw new IllegalStateException(
                vertex.getVertexName() + " is not in " + Arrays.toString(order));
    }
}
