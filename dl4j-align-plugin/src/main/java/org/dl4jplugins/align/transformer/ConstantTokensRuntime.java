package org.dl4jplugins.align.transformer;

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

/** Computes {@link ConstantTokens}. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
final class ConstantTokensRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    private final int token;

    ConstantTokensRuntime(
            ComputationGraph graph, String name, int index, DataType dataType, int token) {
        super(graph, name, index, null, null, dataType);
        this.token = token;
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
        INDArray tokens =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, inputs[0].size(0), inputs[0].size(1));
        return tokens.assign(token);
    }

    /** The input has no gradient; that of the output is missing too if it feeds embeddings only. */
    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        return new Pair<>(null, new INDArray[1]);
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        return new Pair<>(maskArrays == null ? null : maskArrays[0], currentMaskState);
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalArgumentException("Vertex " + getVertexName() + " has no gradients");
        }
    }

    @Override
    public String toString() {
        return "ConstantTokens(" + getVertexName() + ")";
    }
}
