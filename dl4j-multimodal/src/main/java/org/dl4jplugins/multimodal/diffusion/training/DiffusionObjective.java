package org.dl4jplugins.multimodal.diffusion.training;

import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What a diffusion model is trained to do: makes noised inputs and targets of clean data. */
@FunctionalInterface
public interface DiffusionObjective {

    /**
     * Makes a batch that the graph is fitted to.
     *
     * @param data clean data and conditions, not to be changed
     * @param random where times, noise and choices come from, the same for the same step
     * @return features: the graph's inputs; labels: the targets of its outputs; label masks weight
     *     examples if need be
     */
    MultiDataSet examples(MultiDataSet data, NoiseSource random);

    /**
     * Its settings in words, the same whenever it is built alike: a checkpoint of another objective
     * is refused.
     *
     * @return "objective" unless overridden
     */
    default String describe() {
        return "objective";
    }
}
