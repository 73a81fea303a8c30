package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbered pairs of a picture and a text: what {@link ImageTextIterator} makes batches of. */
public interface ImageTextSource {

    /** Number of pairs in an epoch, 1 or more. */
    int size();

    /**
     * A picture.
     *
     * @param number from 0
     * @return FLOAT [1, channel, height, width] in [-1, 1], of one shape for all numbers
     * @throws IOException if its file cannot be read
     */
    INDArray image(int number) throws IOException;

    /**
     * Its text.
     *
     * @param number from 0
     */
    String text(int number);
}
