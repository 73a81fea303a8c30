package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which arrays a vertex may write its result over. For runtime layers of one's own. */
public final class InPlace {
    private InPlace() {}

    /**
     * Whether an input lives and dies with the activations of a training step: then nobody holds it
     * who was not told so, while the detached arrays of {@code feedForward} are the caller's.
     *
     * @param input of a vertex
     * @param workspaceMgr of the forward pass
     * @return whether it is in the workspace of the step's activations
     */
    public static boolean allowed(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        return input.isAttached()
                && workspaceMgr.hasConfiguration(ArrayType.ACTIVATIONS)
                && input.data()
                        .getParentWorkspace()
                        .getId()
                        .equals(workspaceMgr.getWorkspaceName(ArrayType.ACTIVATIONS));
    }
}
