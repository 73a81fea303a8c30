package org.dl4jplugins.align.lora;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the frozen weights of a {@link BasePlacement#SHARED} network come from. */
@FunctionalInterface
public interface WeightSource {
    /**
     * A base parameter.
     *
     * @param layer name of the layer
     * @param key name of its parameter, such as "W"
     * @return the array, used as it is and not copied; null if the source does not have it
     */
    INDArray weights(String layer, String key);
}
