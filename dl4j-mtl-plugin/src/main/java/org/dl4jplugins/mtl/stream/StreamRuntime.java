package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime vertex without layer, parameters or gradients. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
abstract class StreamRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    StreamRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, null, null, dataType);
    }

    @Override
    public final boolean hasLayer() {
        return false;
    }

    @Override
    public final Layer getLayer() {
        return null;
    }

    @Override
    public final void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalArgumentException("Vertex " + getVertexName() + " has no gradients");
        }
    }

    final void checkForward() {
        if (!canDoForward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": inputs not set");
        }
    }

    final void checkBackward() {
        if (!canDoBackward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": epsilon not set");
        }
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + getVertexName() + ")";
    }
}
