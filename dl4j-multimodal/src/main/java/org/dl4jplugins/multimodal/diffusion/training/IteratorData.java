package org.dl4jplugins.multimodal.diffusion.training;

import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Batches of an iterator, epoch after epoch. */
final class IteratorData implements TrainingData {

    private final MultiDataSetIterator iterator;
    private long next;

    IteratorData(MultiDataSetIterator iterator) {
        Check.that(
                iterator.resetSupported(), "iterator", "one that cannot be reset", "one that can");
        this.iterator = iterator;
    }

    @Override
    public MultiDataSet batch(long step) {
        if (step < next) {
            throw new IllegalStateException(
                    "Batch " + step + " is over, the iterator is at " + next + "; take a new one");
        }
        MultiDataSet batch;
        do {
            if (!iterator.hasNext()) {
                iterator.reset();
                if (!iterator.hasNext()) {
                    throw new IllegalStateException("The iterator has no batches");
                }
            }
            batch = iterator.next();
            next++;
        } while (next <= step);
        return batch;
    }
}
