package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Classifier-free guidance (Ho and Salimans 2022) with both predictions from one batch of twice the
 * size: c + scale (c - u), where c is predicted with the condition and u without.
 *
 * <p>The scale is that of UniDiffuser's code, 0 for no guidance; what Stable Diffusion calls
 * guidance scale is one more.
 */
public final class Guidance implements Denoiser {

    private final Denoiser doubled;
    private final double scale;

    /**
     * Guides a model.
     *
     * @param doubled predicts for [2 batch, any shape]: the first half of the rows with its
     *     condition, the second half, the same states again, without
     * @param scale 0 or more; 0 costs as much as any other and changes nothing
     * @throws IllegalArgumentException if the scale is negative or not a number
     */
    public Guidance(Denoiser doubled, double scale) {
        Require.that(scale >= 0 && scale < Double.POSITIVE_INFINITY, "scale", scale, "0 or more");
        this.doubled = doubled;
        this.scale = scale;
    }

    @Override
    public INDArray predict(INDArray x, double t) {
        long batch = x.size(0);
        INDArray both = doubled.predict(Nd4j.concat(0, x, x), t);
        if (both.size(0) != 2 * batch) {
            throw new IllegalStateException(
                    "The denoiser must predict for "
                            + 2 * batch
                            + " rows, conditional and unconditional, but did for "
                            + both.size(0));
        }
        INDArray conditional = both.get(NDArrayIndex.interval(0, batch));
        INDArray free = both.get(NDArrayIndex.interval(batch, 2 * batch));
        return conditional.mul(1 + scale).subi(free.mul(scale)).reshape(x.shape());
    }
}
