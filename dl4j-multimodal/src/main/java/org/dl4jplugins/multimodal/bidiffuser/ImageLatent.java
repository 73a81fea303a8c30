package org.dl4jplugins.multimodal.bidiffuser;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images as the diffusion model sees them.
 *
 * @param latent [batch, channels, height, width]
 * @param clip embeddings of the whole images [batch, 1, width], or null for a model without
 */
public record ImageLatent(INDArray latent, INDArray clip) {

    /**
     * Images of a model without embeddings of the whole image.
     *
     * @param latent [batch, channels, height, width]
     */
    public ImageLatent(INDArray latent) {
        this(latent, null);
    }

    /** {@return the number of images} */
    public long batch() {
        return latent.size(0);
    }
}
