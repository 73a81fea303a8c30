package org.dl4jplugins.mtl.gradient;

import java.util.List;

/**
 * Where the parameters of one shared layer lie.
 *
 * @param layer the layer
 * @param vertex index of its vertex in the graph
 * @param flatOffset where the vertex starts in the model's flattened gradient
 * @param vertexLength all parameters of the vertex, running statistics included
 * @param ranges the trainable parameters, {from, to} relative to flatOffset, ascending
 * @param rowOffset where the layer starts in a row of the task matrix
 * @param sharers for each task whether it depends on the layer
 */
record LayerBlock(
        SharedLayer layer,
        int vertex,
        long flatOffset,
        long vertexLength,
        List<long[]> ranges,
        long rowOffset,
        boolean[] sharers) {

    /**
     * Whether every parameter of the vertex is trainable, so that a row can be its gradient view.
     */
    boolean whole() {
        return layer.parameters() == vertexLength;
    }

    long length() {
        return layer.parameters();
    }
}
