package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime vertex with one input that shares another layer's vectors; hands masks on. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
abstract class TiedRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    private final String embedding;

    TiedRuntime(
            ComputationGraph graph, String name, int index, String embedding, DataType dataType) {
        super(graph, name, index, null, null, dataType);
        this.embedding = embedding;
    }

    final TiedTable table() {
        return TiedTable.find(graph, embedding, this);
    }

    final String id() {
        return "Vertex \"" + getVertexName() + "\"";
    }

    final void checkForward() {
        if (!canDoForward()) {
            throw new IllegalStateException(id() + ": inputs not set");
        }
    }

    final void checkBackward() {
        if (!canDoBackward()) {
            throw new IllegalStateException(id() + ": epsilon not set");
        }
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
            throw new IllegalArgumentException(id() + " has no gradients of its own");
        }
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        return new Pair<>(maskArrays == null ? null : maskArrays[0], currentMaskState);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + getVertexName() + ", " + embedding + ")";
    }
}
