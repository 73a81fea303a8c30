package org.dl4jplugins.align.transformer;

/**
 * A runtime layer that can leave out the gradient of its own parameters.
 *
 * <p>While frozen, the backward pass computes the gradient of the input only and returns an empty
 * {@link org.deeplearning4j.nn.gradient.Gradient}; the layer's part of the flattened gradient is
 * zero. The forward pass is not changed.
 *
 * <p>An updater still runs on that zero gradient: give the parameters {@link
 * org.nd4j.linalg.learning.config.NoOp} and no regularization, or momentum and weight decay move
 * them.
 */
public interface Freezable {
    /**
     * Freezes or unfreezes the parameters from the next backward pass on.
     *
     * @param frozen whether no parameter gradient is computed
     */
    void setFrozen(boolean frozen);
}
