package org.dl4jplugins.multimodal.metric;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network sees in pictures, as numbers that distances can be computed from. */
@FunctionalInterface
public interface ImageFeatures {

    /**
     * The features of pictures.
     *
     * @param images [batch, channel, height, width] in [-1, 1]
     * @return [batch, features]
     */
    INDArray features(INDArray images);
}
