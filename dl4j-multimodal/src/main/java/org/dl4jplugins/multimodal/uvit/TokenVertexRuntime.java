package org.dl4jplugins.multimodal.uvit;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
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

/** A running vertex without parameters and masks. */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
abstract class TokenVertexRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    TokenVertexRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, null, null, dataType);
    }

    @Override
    public final void setInputs(INDArray... inputs) {
        super.setInputs(inputs);
    }

    /** The output, in activation memory. */
    abstract INDArray forward(LayerWorkspaceMgr workspaceMgr);

    /** The gradient of each input, in memory of activation gradients. */
    abstract INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr);

    @Override
    public final boolean hasLayer() {
        return false;
    }

    @Override
    public final Layer getLayer() {
        return null;
    }

    @Override
    public final INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoForward()) {
            throw new IllegalStateException(this + ": inputs not set");
        }
        return forward(workspaceMgr);
    }

    @Override
    public final Pair<Gradient, INDArray[]> doBackward(
            boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
        if (!canDoBackward()) {
            throw new IllegalStateException(this + ": inputs or epsilon not set");
        }
        INDArray dy = DenseArrays.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
        return new Pair<>(null, backward(dy, workspaceMgr));
    }

    /** An input in the network's type, in 'c' order without gaps. */
    final INDArray input(int i, LayerWorkspaceMgr workspaceMgr) {
        return DenseArrays.dense(inputs[i], dataType, workspaceMgr, ArrayType.FF_WORKING_MEM);
    }

    /** Refuses an input; says what was expected and what came. */
    final DL4JInvalidInputException refused(String expected, int i) {
        return new DL4JInvalidInputException(
                "Vertex \""
                        + vertexName
                        + "\": expected "
                        + expected
                        + ", got shape "
                        + Arrays.toString(inputs[i].shape()));
    }

    final INDArray activation(LayerWorkspaceMgr workspaceMgr, long... shape) {
        return workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
    }

    final INDArray gradient(LayerWorkspaceMgr workspaceMgr, long... shape) {
        return workspaceMgr.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, shape, 'c');
    }

    /** Tokens of a U-ViT are not masked: nothing is passed on. */
    @Override
    public final Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        return new Pair<>(null, currentMaskState);
    }

    @Override
    public final void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalArgumentException(this + " has no gradients");
        }
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName().replace("Runtime", "") + "(" + vertexName + ")";
    }
}
