package org.dl4jplugins.align.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Rows of tokens in batches, in an order that is drawn anew for every epoch from the seed and the
 * epoch's number, so that a training can be repeated and, by {@link #epoch(int)}, resumed.
 *
 * <p>Short rows are filled up on the right, to the longest row of their batch; masks [batch, time]
 * say what is real. All texts are turned into tokens once, when the iterator is built.
 */
public abstract class TextIterator implements MultiDataSetIterator {

    /** Batches among which rows are sorted by length. */
    private static final int BATCHES_SORTED = 50;

    private final int[] lengths;
    private final EncodingSummary summary;
    private final int batch;
    private final long seed;
    private final boolean shuffle;
    private final boolean dropLast;
    private final boolean groupByLength;
    private final int multiple;
    private final DataType dataType;

    private MultiDataSetPreProcessor preProcessor;
    private int epoch;
    private int next;
    private int[] order;

    /**
     * @param lengths tokens of every row
     */
    TextIterator(Builder<?> builder, int[] lengths, EncodingSummary summary) {
        this.lengths = lengths;
        this.summary = summary;
        batch = builder.batch;
        seed = builder.seed;
        shuffle = builder.shuffle;
        dropLast = builder.dropLast;
        groupByLength = builder.groupByLength;
        multiple = builder.multiple;
        dataType = builder.dataType;
        Builder.require(
                !dropLast || lengths.length >= batch,
                "batch",
                batch,
                "at most the number of rows, "
                        + lengths.length
                        + ", where the last batch is dropped");
        epoch(0);
    }

    /** Makes a batch of these rows. */
    abstract MultiDataSet load(int[] rows);

    /** What became of the examples. */
    public final EncodingSummary summary() {
        return summary;
    }

    /** Number of the current epoch, from 0. */
    public final int epoch() {
        return epoch;
    }

    /** Batches of an epoch. */
    public final int batches() {
        return dropLast ? lengths.length / batch : (lengths.length + batch - 1) / batch;
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
        order = IntStream.range(0, lengths.length).toArray();
        RandomGenerator random =
                new MersenneTwister(new int[] {(int) (seed >>> 32), (int) seed, number});
        if (shuffle) {
            MathArrays.shuffle(order, random);
        }
        if (groupByLength) {
            group(random);
        }
    }

    /** Sorts rows by length within groups of batches, then mixes the full batches. */
    private void group(RandomGenerator random) {
        Integer[] sorted = Arrays.stream(order).boxed().toArray(Integer[]::new);
        long window = (long) BATCHES_SORTED * batch;
        for (long from = 0; from < sorted.length; from += window) {
            Arrays.sort(
                    sorted,
                    (int) from,
                    (int) Math.min(from + window, sorted.length),
                    Comparator.comparingInt((Integer row) -> lengths[row]).reversed());
        }
        int full = sorted.length / batch;
        int[] batches = IntStream.range(0, full).toArray();
        if (shuffle) {
            MathArrays.shuffle(batches, random);
        }
        for (int i = 0; i < sorted.length; i++) {
            int from = i / batch < full ? batches[i / batch] : full;
            order[i] = sorted[from * batch + i % batch];
        }
    }

    /** Time steps of a batch whose longest row has this many. */
    final int padded(int longest) {
        return (longest + multiple - 1) / multiple * multiple;
    }

    /** Type of all arrays. */
    final DataType dataType() {
        return dataType;
    }

    @Override
    public final boolean hasNext() {
        return dropLast ? next + batch <= order.length : next < order.length;
    }

    @Override
    public final MultiDataSet next() {
        return next(batch);
    }

    @Override
    public final MultiDataSet next(int num) {
        if (!hasNext()) {
            throw new NoSuchElementException("No more batches in epoch " + epoch);
        }
        int end = Math.min(next + num, order.length);
        MultiDataSet data = load(Arrays.copyOfRange(order, next, end));
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

        private int batch = 16;
        private long seed;
        private boolean shuffle = true;
        private boolean dropLast;
        private boolean groupByLength;
        private int multiple = 1;
        private DataType dataType = DataType.FLOAT;

        Builder() {}

        abstract B self();

        /** Rows per batch, 1 or more, default 16. */
        public final B batch(int batch) {
            require(batch >= 1, "batch", batch, "1 or more");
            this.batch = batch;
            return self();
        }

        /** Decides the order, default 0. */
        public final B seed(long seed) {
            this.seed = seed;
            return self();
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

        /**
         * Whether rows of about the same length share a batch, default false: less padding, and an
         * order that is a little less random.
         */
        public final B groupByLength(boolean groupByLength) {
            this.groupByLength = groupByLength;
            return self();
        }

        /**
         * Time steps of every batch are a multiple of this number, 1 or more, default 1. With the
         * maximum length itself all batches have the same shape.
         */
        public final B padToMultipleOf(int multiple) {
            require(multiple >= 1, "padToMultipleOf", multiple, "1 or more");
            this.multiple = multiple;
            return self();
        }

        /**
         * Type of all arrays, token ids too, default FLOAT: the network's type. FLOAT is exact for
         * ids below 2^24.
         */
        public final B dataType(DataType dataType) {
            boolean exact = dataType == DataType.FLOAT || dataType == DataType.DOUBLE;
            require(exact, "dataType", dataType, "FLOAT or DOUBLE, for the sake of the ids");
            this.dataType = dataType;
            return self();
        }

        static void require(boolean right, String name, Object value, String wanted) {
            if (!right) {
                throw new IllegalArgumentException(name + " must be " + wanted + ", got " + value);
            }
        }

        static void requireExamples(int count) {
            if (count == 0) {
                throw new IllegalArgumentException("examples must hold at least one, got none");
            }
        }
    }
}
