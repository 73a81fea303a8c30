package org.dl4jplugins.mtl.stream;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.dl4jplugins.core.accel.PixelLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runtime vertex without layer, parameters or gradients; between accelerated layers it keeps their
 * layout.
 */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
abstract class StreamRuntime extends BaseGraphVertex implements PixelLayer {
    private static final long serialVersionUID = 1L;

    StreamRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, null, null, dataType);
    }

    /** Whether the receivers of activations and of epsilons take the accelerated layout. */
    boolean pixelOutput;

    boolean pixelEpsilon;

    @Override
    public final void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
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
