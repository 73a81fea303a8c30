package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one increment adds to {@code z = x W}; all arrays are matrices, x [rows, in], z [rows, out].
 */
interface LinearTerm {
    /**
     * Adds the term.
     *
     * @param x input
     * @param xw x W alone, or null if no active term needs it
     * @param z the sum so far
     * @param gamma the matrix's mask
     * @param training whether dropout applies and a backward pass follows
     * @param mgr for working memory
     */
    void forward(
            INDArray x,
            INDArray xw,
            INDArray z,
            double gamma,
            boolean training,
            LayerWorkspaceMgr mgr);

    /**
     * Writes the gradients of the term's parameters.
     *
     * @param x input
     * @param xw as in the forward pass
     * @param delta gradient with respect to z
     * @param dx gradient with respect to x, to be added to; or null
     * @param dxw gradient with respect to xw, to be added to; or null if no term needs xw
     * @param gamma the matrix's mask
     * @param mgr for working memory
     * @return derivative of the loss with respect to gamma; 0 if the matrix has no score
     */
    double backward(
            INDArray x,
            INDArray xw,
            INDArray delta,
            INDArray dx,
            INDArray dxw,
            double gamma,
            LayerWorkspaceMgr mgr);

    /** Whether the term needs x W. */
    boolean needsBaseProduct();

    /** Forgets what the forward pass kept. */
    void clear();
}
