package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A runtime whose output depends on the positions of tokens. {@code rnnTimeStep} hands no masks on,
 * so whoever decodes batches of prompts of different lengths tells each such runtime itself which
 * of the coming tokens are padding.
 */
public interface StepMask {

    /**
     * Sets the mask of the next {@code rnnTimeStep}, which uses and then forgets it. Padding takes
     * no position: a real token's position is the number of real tokens before it since the state
     * was cleared.
     *
     * @param mask [batch, new time] of 0 and 1, or null if all coming tokens are real
     */
    void setStepMask(INDArray mask);
}
