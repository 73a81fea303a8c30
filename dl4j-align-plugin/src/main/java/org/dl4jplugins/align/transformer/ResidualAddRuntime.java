package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ResidualAdd}. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class ResidualAddRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    private final boolean inPlace;

    ResidualAddRuntime(
            ComputationGraph graph, String name, int index, boolean inPlace, DataType dataType) {
        super(graph, name, index, null, null, dataType);
        this.inPlace = inPlace;
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoForward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": inputs not set");
        }
        if (!inputs[0].equalShapes(inputs[1])) {
            throw new IllegalStateException(
                    "Vertex "
                            + getVertexName()
                            + ": the two inputs must have equal shapes, got "
                            + Arrays.toString(inputs[0].shape())
                            + " and "
                            + Arrays.toString(inputs[1].shape()));
        }
        boolean over =
                inPlace
                        && training
                        && InPlace.allowed(inputs[1], workspaceMgr)
                        && FloatRows.fit(inputs)
                        && isOnlyReader(inputVertices[1].getVertexIndex());
        INDArray sum =
                over
                        ? inputs[1]
                        : workspaceMgr.createUninitialized(
                                ArrayType.ACTIVATIONS,
                                inputs[0].dataType(),
                                inputs[0].shape(),
                                'c');
        if (FloatRows.fit(inputs[0], inputs[1], sum)) {
            FloatRows.add(inputs[0], inputs[1], sum);
            return sum;
        }
        return inputs[0].addi(inputs[1], sum);
    }

    private boolean isOnlyReader(int vertex) {
        org.deeplearning4j.nn.graph.vertex.GraphVertex source = graph.getVertices()[vertex];
        return !source.isInputVertex()
                && !source.isOutputVertex()
                && source.getNumOutputConnections() == 1;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoBackward()) {
            throw new IllegalStateException("Vertex " + getVertexName() + ": epsilon not set");
        }
        // two copies: the graph adds other epsilons to them in place
        INDArray[] epsilons = {
            workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon),
            workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon)
        };
        return new Pair<>(null, epsilons);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        if (maskArrays == null) {
            return new Pair<>(null, currentMaskState);
        }
        INDArray mask = maskArrays[0] != null ? maskArrays[0] : maskArrays[1];
        return new Pair<>(mask, currentMaskState);
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalArgumentException("Vertex " + getVertexName() + " has no gradients");
        }
    }

    @Override
    public String toString() {
        return "ResidualAdd(" + getVertexName() + ")";
    }
}
