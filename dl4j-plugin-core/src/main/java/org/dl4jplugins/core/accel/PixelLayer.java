package org.dl4jplugins.core.accel;

/**
 * A runtime layer or vertex that understands the pixel-major layout of accelerated layers (logical
 * shape [batch, channel, height, width], stored as height, width, batch, channel) at its input and
 * takes gradients in it. What it hands out is in that layout only where the receiver understands it
 * too.
 *
 * <p>Vertices of other packages may implement it to stand between accelerated layers without
 * conversions; {@link PixelBatches} does the copying for those that work along the batch.
 */
public interface PixelLayer extends RepeatableBackward {
    /**
     * Tells the layer who its neighbors are.
     *
     * @param output whether all receivers of the activations are of this kind
     * @param epsilon whether all receivers of the input gradients are of this kind
     */
    void layout(boolean output, boolean epsilon);
}
