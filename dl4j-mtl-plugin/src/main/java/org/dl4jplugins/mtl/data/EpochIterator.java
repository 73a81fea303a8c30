package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Numbered examples in batches, in an order that is drawn anew for every epoch from the seed and
 * the epoch's number, so that a training can be repeated and, by {@link #epoch(int)}, resumed. One
 * batch is made at a time.
 */
public abstract class EpochIterator implements MultiDataSetIterator {

    /** Keeps the order's random stream apart from those of subclasses. */
    private static final int ORDER_STREAM = 1;

    private final int examples;
    private final int batch;
    private final long seed;
    private final boolean shuffle;
    private final boolean dropLast;

    private MultiDataSetPreProcessor preProcessor;
    private int epoch;
    private int next;
    private int[] order;

    /**
     * @param examples examples per epoch
     * @param builder the other settings
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    protected EpochIterator(int examples, Builder<?> builder) {
        Builder.require(builder.batch >= 1, "batch", builder.batch, "1 or more");
        int fewest = builder.dropLast ? builder.batch : 1;
        Builder.require(
                examples >= fewest,
                "examples",
                examples,
                fewest + " or more" + (builder.dropLast ? " where the last batch is dropped" : ""));
        this.examples = examples;
        batch = builder.batch;
        seed = builder.seed;
        shuffle = builder.shuffle;
        dropLast = builder.dropLast;
        epoch(0);
    }

    /**
     * Makes the batch of these examples.
     *
     * @throws IOException if a file cannot be read; {@link #next()} passes it on as an {@link
     *     UncheckedIOException}
     */
    protected abstract MultiDataSet load(int[] numbers) throws IOException;

    /** Number of examples of an epoch. */
    public final int examples() {
        return examples;
    }

    /** Number of the current epoch, from 0. */
    public final int epoch() {
        return epoch;
    }

    /**
     * Goes to the start of an epoch, for instance to resume an interrupted training.
     *
     * @param number 0 or more
     */
    public final void epoch(int number) {
        Builder.require(number >= 0, "epoch", number, "0 or more");
        epoch = number;
        next = 0;
        order = IntStream.range(0, examples).toArray();
        if (shuffle) {
            MathArrays.shuffle(order, Seeds.generator(seed, ORDER_STREAM, number));
        }
    }

    @Override
    public final boolean hasNext() {
        return dropLast ? next + batch <= examples : next < examples;
    }

    @Override
    public final MultiDataSet next() {
        return next(batch);
    }

    @Override
    public final MultiDataSet next(int num) {
        if (!hasNext()) {
            throw new NoSuchElementException("No more examples in epoch " + epoch);
        }
        int end = Math.min(next + num, examples);
        MultiDataSet data;
        try {
            data = load(Arrays.copyOfRange(order, next, end));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        next = end;
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
    }

    /** Starts the next epoch, or the same one if nothing has been read of it. */
    @Override
    public final void reset() {
        if (next > 0) {
            epoch(epoch + 1);
        }
    }

    @Override
    public final boolean resetSupported() {
        return true;
    }

    @Override
    public final boolean asyncSupported() {
        return true;
    }

    @Override
    public final void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public final MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /**
     * Settings that all these iterators have.
     *
     * @param <B> the builder itself
     */
    public abstract static class Builder<B extends Builder<B>> {

        private int batch;
        private long seed;
        private boolean shuffle = true;
        private boolean dropLast;

        /** With a default batch size. */
        protected Builder(int batch) {
            this.batch = batch;
        }

        /** This builder. */
        protected abstract B self();

        /** Examples per batch. */
        public final B batch(int batch) {
            this.batch = batch;
            return self();
        }

        /** Decides everything that is random, default 0. */
        public final B seed(long seed) {
            this.seed = seed;
            return self();
        }

        /** The seed. */
        protected final long seed() {
            return seed;
        }

        /** Whether every epoch has its own order, default true; else it is the data's. */
        public final B shuffle(boolean shuffle) {
            this.shuffle = shuffle;
            return self();
        }

        /** Whether a last batch that is not full is left out, default false. */
        public final B dropLast(boolean dropLast) {
            this.dropLast = dropLast;
            return self();
        }

        static void require(boolean right, String name, Object value, String wanted) {
            if (!right) {
                throw new IllegalArgumentException(name + " must be " + wanted + ", got " + value);
            }
        }
    }
}
