package org.dl4jplugins.multimodal.vision;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Images as a diffusion model sees them, and back. */
public interface LatentSpace {

    /** {@return channels of a latent} */
    int channels();

    /** {@return pixels of an image along each side of one pixel of its latent} */
    int factor();

    /**
     * Latents of images, always the same for the same images.
     *
     * @param images [batch, channels, height, width] in [-1, 1], height and width multiples of
     *     {@link #factor}
     * @return [batch, {@link #channels}, height / factor, width / factor], a new array of about
     *     unit variance
     * @throws IllegalArgumentException if the shape does not fit, naming what was expected
     */
    INDArray encode(INDArray images);

    /**
     * Images of latents.
     *
     * @param latents [batch, {@link #channels}, height, width]
     * @return [batch, channels, height * factor, width * factor] in [-1, 1], a new array
     * @throws IllegalArgumentException if the shape does not fit, naming what was expected
     */
    INDArray decode(INDArray latents);
}
