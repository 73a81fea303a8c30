package org.dl4jplugins.multimodal.bidiffuser;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images and their texts.
 *
 * @param image the images
 * @param text text latents [batch, tokens, width]
 */
public record ImageText(ImageLatent image, INDArray text) {

    /** {@return the number of pairs} */
    public long batch() {
        return text.size(0);
    }
}
