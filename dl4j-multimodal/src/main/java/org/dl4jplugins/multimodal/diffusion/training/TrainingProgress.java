package org.dl4jplugins.multimodal.diffusion.training;

/** Is told how a training goes. */
@FunctionalInterface
public interface TrainingProgress {

    /**
     * After a step.
     *
     * @param step how many steps are done, from 1
     * @param steps how many there will be
     * @param loss of the step's batch before it
     */
    void step(long step, long steps, double loss);
}
