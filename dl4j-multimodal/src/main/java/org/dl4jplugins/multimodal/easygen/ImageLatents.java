package org.dl4jplugins.multimodal.easygen;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Numbered images as a projection reads them: what BiDiffuser made of them, or stand-ins. An
 * implementation may compute them once and keep them, or read them from disk.
 */
public interface ImageLatents {

    /** {@return the number of images} */
    int size();

    /**
     * Latents in the space of texts.
     *
     * @param images numbers from 0 to {@link #size} - 1, at least one
     * @return [images, tokens, latent width]
     */
    INDArray latents(int... images);

    /**
     * States of a CLIP image encoder.
     *
     * @param images numbers as for {@link #latents}
     * @return [images, tokens, width], or null, the default, if there are none
     */
    default INDArray clip(int... images) {
        return null;
    }

    /**
     * Latents in memory.
     *
     * @param latents of all images [images, tokens, latent width]
     * @return a view of them
     * @throws IllegalArgumentException if the array has another rank
     */
    static ImageLatents of(INDArray latents) {
        return of(latents, null);
    }

    /**
     * Latents and states of an image encoder in memory.
     *
     * @param latents of all images [images, tokens, latent width]
     * @param clip states of all images [images, tokens, width], or null
     * @return a view of them
     * @throws IllegalArgumentException if an array has another rank, or they differ in number
     */
    static ImageLatents of(INDArray latents, INDArray clip) {
        return new MemoryLatents(latents, clip);
    }
}
