package org.dl4jplugins.core.accel;

/**
 * A runtime layer or vertex that understands the layout of {@link Pixels} at its input and takes
 * gradients in it. What it hands out is in that layout only where the receiver understands it too.
 */
interface PixelLayer extends RepeatableBackward {
    /**
     * Tells the layer who its neighbors are.
     *
     * @param output whether all receivers of the activations are of this kind
     * @param epsilon whether all receivers of the input gradients are of this kind
     */
    void layout(boolean output, boolean epsilon);
}
