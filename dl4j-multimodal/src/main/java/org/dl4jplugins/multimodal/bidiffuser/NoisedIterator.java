package org.dl4jplugins.multimodal.bidiffuser;

import java.util.Objects;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Batches of images and texts with noise, for ordinary {@code graph.fit}. The noise of a batch
 * follows from the seed and the number of the batch since the beginning, over all epochs; to go on
 * with a training, set that number.
 */
public final class NoisedIterator implements MultiDataSetIterator {
    private static final long serialVersionUID = 1L;

    private final transient MultiDataSetIterator clean;
    private final transient ImageTextObjective objective;
    private final long seed;
    private long step;
    private transient MultiDataSetPreProcessor preProcessor;

    /**
     * An iterator.
     *
     * @param clean batches as {@link ImageTextObjective} wants them
     * @param objective adds the noise
     * @param seed of times and noise, any number
     */
    public NoisedIterator(MultiDataSetIterator clean, ImageTextObjective objective, long seed) {
        this.clean = Objects.requireNonNull(clean, "clean");
        this.objective = Objects.requireNonNull(objective, "objective");
        this.seed = seed;
    }

    /** {@return how many batches were given so far} */
    public long step() {
        return step;
    }

    /**
     * Sets how many batches were given so far, to go on with a training.
     *
     * @param step at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public void setStep(long step) {
        Require.that(step >= 0, "step", step, "at least 0");
        this.step = step;
    }

    @Override
    public boolean hasNext() {
        return clean.hasNext();
    }

    @Override
    public MultiDataSet next() {
        return noised(clean.next());
    }

    @Override
    public MultiDataSet next(int num) {
        return noised(clean.next(num));
    }

    private MultiDataSet noised(MultiDataSet batch) {
        MultiDataSet noised = objective.examples(batch, new NoiseSource(seed, step++));
        if (preProcessor != null) {
            preProcessor.preProcess(noised);
        }
        return noised;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    @Override
    public boolean resetSupported() {
        return clean.resetSupported();
    }

    /** False: batches prefetched would count as given. */
    @Override
    public boolean asyncSupported() {
        return false;
    }

    @Override
    public void reset() {
        clean.reset();
    }
}
