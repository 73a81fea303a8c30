package org.dl4jplugins.multimodal.easygen;

/** Is told how far a call of the pipeline has come. */
@FunctionalInterface
public interface EasyGenProgress {

    /** What the pipeline is doing. */
    enum Stage {
        /** The diffusion model turns images into text latents. */
        READING,
        /** The language model writes. */
        WRITING,
        /** The diffusion model draws images. */
        DRAWING
    }

    /**
     * After a step.
     *
     * @param stage what is being done
     * @param done steps of the samplers that are done, or tokens written, from 1
     * @param total all steps of this stage; for WRITING the most tokens that may come
     */
    void step(Stage stage, int done, int total);
}
