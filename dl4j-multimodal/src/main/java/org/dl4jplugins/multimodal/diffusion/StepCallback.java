package org.dl4jplugins.multimodal.diffusion;

/** Is told of each update of a sampler: for progress, pictures on the way, or to stop early. */
@FunctionalInterface
public interface StepCallback {

    /**
     * After an update.
     *
     * @param step where the sampler is
     * @return whether to go on; if not, the state is the sampler's result
     */
    boolean onStep(SamplingStep step);
}
