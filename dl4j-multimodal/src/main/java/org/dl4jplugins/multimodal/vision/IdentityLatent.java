package org.dl4jplugins.multimodal.vision;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Images as their own latents, times a factor: for images so small that a diffusion model can draw
 * them pixel by pixel.
 */
public final class IdentityLatent implements LatentSpace {
    private final int channels;
    private final double scale;

    /** Color images as they are. */
    public IdentityLatent() {
        this(3, 1);
    }

    /**
     * Images times a factor.
     *
     * @param channels of the images, at least 1
     * @param scale what pixels are multiplied by, more than 0; one over their standard deviation
     *     gives latents of unit variance
     * @throws IllegalArgumentException if one is out of range
     */
    public IdentityLatent(int channels, double scale) {
        Require.atLeast(1, "channels", channels);
        Require.that(scale > 0 && Double.isFinite(scale), "scale", scale, "more than 0");
        this.channels = channels;
        this.scale = scale;
    }

    @Override
    public int channels() {
        return channels;
    }

    /** {@return what pixels are multiplied by} */
    public double scale() {
        return scale;
    }

    @Override
    public int factor() {
        return 1;
    }

    @Override
    public INDArray encode(INDArray images) {
        Require.images("images", images, channels, 1);
        return images.mul(scale);
    }

    /** The images, cut off at -1 and 1. */
    @Override
    public INDArray decode(INDArray latents) {
        Require.images("latents", latents, channels, 1);
        return Transforms.hardTanh(latents.div(scale), false);
    }

    @Override
    public String toString() {
        return "IdentityLatent(" + channels + " channels, times " + scale + ")";
    }
}
