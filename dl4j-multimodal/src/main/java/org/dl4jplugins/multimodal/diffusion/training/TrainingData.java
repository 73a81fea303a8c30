package org.dl4jplugins.multimodal.diffusion.training;

import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Batches of clean data by the number of the step, so that a training can go on anywhere. */
@FunctionalInterface
public interface TrainingData {

    /**
     * The batch of a step.
     *
     * @param step from 0; the steps asked for only grow
     * @return the same data for the same step
     */
    MultiDataSet batch(long step);

    /**
     * Arrays in memory, in an order drawn anew for each epoch.
     *
     * @param all features [examples, any shape]; labels are handed on if there are any
     * @param batch examples for each step; what is left of an epoch is left out
     * @param seed of the order
     * @return batches without end
     * @throws IllegalArgumentException if there are fewer examples than a batch has
     */
    static TrainingData of(MultiDataSet all, int batch, long seed) {
        return new ShuffledArrays(all, batch, seed);
    }

    /**
     * What an iterator gives, epoch after epoch. A training that goes on reads what it has seen
     * once more, without using it.
     *
     * @param iterator at its start; gives the same batches in the same epoch and can be reset
     * @return batches without end
     * @throws IllegalArgumentException if it cannot be reset
     */
    static TrainingData of(MultiDataSetIterator iterator) {
        return new IteratorData(iterator);
    }
}
