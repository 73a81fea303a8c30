package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A trained model as solvers see it: what it says of a noised state at a time. */
@FunctionalInterface
public interface Denoiser {

    /**
     * Predicts noise, data or v of a state, whichever {@link Prediction} the model was trained for.
     *
     * @param x the noised state, [batch, any shape]; not to be changed
     * @param t continuous time of all examples, from 0 to 1; models of N discrete steps are usually
     *     given t N
     * @return the prediction, of x's shape; solvers neither keep nor change it
     */
    INDArray predict(INDArray x, double t);
}
