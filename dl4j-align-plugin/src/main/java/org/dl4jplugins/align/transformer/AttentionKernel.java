package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes attention. */
interface AttentionKernel {

    /**
     * Forward pass.
     *
     * @param task inputs and settings
     * @param out [batch, queries, heads * headSize], 'c' order; receives the result
     */
    void forward(AttentionTask task, INDArray out);

    /**
     * Backward pass. The softmax is computed again: that takes less time than to write and read
     * [batch, heads, queries, keys] values, and no memory.
     *
     * @param task as in the forward pass
     * @param epsilon gradient of the result, 'c' order
     * @param dq receives the queries' gradient, 'c' order
     * @param dk receives the keys' gradient, 'c' order
     * @param dv receives the values' gradient, 'c' order
     * @param dBias receives the bias' gradient, 'c' order; null if there is no bias
     */
    void backward(
            AttentionTask task,
            INDArray epsilon,
            INDArray dq,
            INDArray dk,
            INDArray dv,
            INDArray dBias);
}
