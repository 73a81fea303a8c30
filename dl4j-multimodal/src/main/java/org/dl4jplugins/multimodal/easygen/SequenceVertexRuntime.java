package org.dl4jplugins.multimodal.easygen;

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

/**
 * A running vertex without parameters that knows the masks of its inputs during a pass.
 *
 * <p>DL4J tells masks before a forward pass and nothing where there are none: masks of an earlier
 * pass are told apart by the graph's mask arrays of the time.
 */
@SuppressWarnings("overrides") // DL4J declares setInputs with and without varargs
abstract class SequenceVertexRuntime extends BaseGraphVertex {
    private static final long serialVersionUID = 1L;

    private transient INDArray[] masks;
    private transient INDArray[] graphMasks;

    SequenceVertexRuntime(ComputationGraph graph, String name, int index, DataType dataType) {
        super(graph, name, index, null, null, dataType);
    }

    /** The output, in activation memory. */
    abstract INDArray forward(LayerWorkspaceMgr workspaceMgr);

    /** The gradient of each input, in memory of activation gradients; null for ids. */
    abstract INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr);

    /** The mask of the output, given those of the inputs, at least one not null. */
    abstract INDArray outputMask(INDArray[] given);

    @Override
    public final void setInputs(INDArray... inputs) {
        super.setInputs(inputs);
    }

    /** The mask of an input in this pass, or null. */
    final INDArray mask(int input) {
        return masks == null || graphMasks != graph.getInputMaskArrays() ? null : masks[input];
    }

    @Override
    public final Pair<INDArray, MaskState> feedForwardMaskArrays(
            INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
        boolean any = maskArrays != null && Arrays.stream(maskArrays).anyMatch(m -> m != null);
        masks = any ? maskArrays.clone() : null;
        graphMasks = graph.getInputMaskArrays();
        return new Pair<>(any ? outputMask(masks) : null, currentMaskState);
    }

    @Override
    public final void clear() {
        super.clear();
        masks = null;
        graphMasks = null;
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
        return new Pair<>(null, backward(epsilon, workspaceMgr));
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
