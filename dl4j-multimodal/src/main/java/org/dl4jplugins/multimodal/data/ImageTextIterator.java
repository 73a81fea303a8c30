package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MathArrays;
import org.dl4jplugins.align.data.TextEncoder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures with their texts in batches, in an order drawn anew for every epoch from the seed and
 * the epoch's number, so that a training can be repeated and, by {@link #epoch(int)}, resumed.
 *
 * <p>Features: pictures [batch, channel, height, width] in [-1, 1] and token ids [batch, time],
 * filled up on the right to the text window; the mask of the tokens is [batch, time]. There are no
 * labels. The texts themselves are the batch's example metadata.
 *
 * <pre>{@code
 * MultiDataSetIterator data = new ImageTextIterator.Builder(source, encoder, 20)
 *         .batch(64).seed(1).build();
 * }</pre>
 */
public final class ImageTextIterator implements MultiDataSetIterator {
    private static final Logger LOG = LoggerFactory.getLogger(ImageTextIterator.class);
    private static final int ORDER_STREAM = 6;

    private final ImageTextSource source;
    private final TextEncoder encoder;
    private final int window;
    private final int batch;
    private final long seed;
    private final boolean shuffle;
    private final boolean dropLast;
    private final LongText longText;

    private MultiDataSetPreProcessor preProcessor;
    private int[] order;
    private int epoch;
    private int next;
    private boolean warned;

    private ImageTextIterator(Builder builder) {
        source = builder.source;
        encoder = builder.encoder;
        window = builder.window;
        batch = builder.batch;
        seed = builder.seed;
        shuffle = builder.shuffle;
        dropLast = builder.dropLast;
        longText = builder.longText;
        epoch(0);
    }

    /** Number of the current epoch, from 0. */
    public int epoch() {
        return epoch;
    }

    /**
     * Goes to the start of an epoch.
     *
     * @param number 0 or more
     */
    public void epoch(int number) {
        epoch = Ensure.atLeast(0, "epoch", number);
        next = 0;
        order = IntStream.range(0, source.size()).toArray();
        if (shuffle) {
            MathArrays.shuffle(order, Seeds.generator(seed, ORDER_STREAM, number));
        }
    }

    @Override
    public boolean hasNext() {
        return dropLast ? next + batch <= order.length : next < order.length;
    }

    @Override
    public MultiDataSet next() {
        return next(batch);
    }

    /**
     * The next examples.
     *
     * @param num how many, fewer at the end of the epoch
     * @throws UncheckedIOException naming the file if a picture cannot be read
     * @throws IllegalArgumentException naming the text that is too long for {@link LongText#REFUSE}
     */
    @Override
    public MultiDataSet next(int num) {
        if (!hasNext()) {
            throw new NoSuchElementException("No more examples in epoch " + epoch);
        }
        int[] numbers = Arrays.copyOfRange(order, next, Math.min(next + num, order.length));
        MultiDataSet data = load(numbers);
        next += numbers.length;
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
    }

    private MultiDataSet load(int[] numbers) {
        INDArray[] images = new INDArray[numbers.length];
        List<Serializable> texts = new ArrayList<>();
        int[] ids = new int[numbers.length * window];
        float[] mask = new float[ids.length];
        Arrays.fill(ids, encoder.paddingToken().orElse(0));
        for (int i = 0; i < numbers.length; i++) {
            try {
                images[i] = source.image(numbers[i]);
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            String text = source.text(numbers[i]);
            texts.add(text);
            int[] tokens = tokens(text);
            System.arraycopy(tokens, 0, ids, i * window, tokens.length);
            Arrays.fill(mask, i * window, i * window + tokens.length, 1);
        }
        MultiDataSet data =
                new org.nd4j.linalg.dataset.MultiDataSet(
                        new INDArray[] {
                            Nd4j.concat(0, images),
                            Nd4j.createFromArray(ids).reshape('c', numbers.length, window)
                        },
                        null,
                        new INDArray[] {
                            null, Nd4j.createFromArray(mask).reshape('c', numbers.length, window)
                        },
                        null);
        data.setExampleMetaData(texts);
        return data;
    }

    /** Between the encoder's begin and end tokens, where it has them. */
    private int[] tokens(String text) {
        int[] content = encoder.encode(text);
        OptionalInt begin = encoder.beginToken();
        OptionalInt end = encoder.endToken();
        int room = window - (begin.isPresent() ? 1 : 0) - (end.isPresent() ? 1 : 0);
        if (content.length > room) {
            tooLong(text, content.length, room);
        }
        IntStream kept = Arrays.stream(content).limit(room);
        return IntStream.concat(IntStream.concat(begin.stream(), kept), end.stream()).toArray();
    }

    private void tooLong(String text, int tokens, int room) {
        String message =
                "The text '" + text + "' has " + tokens + " tokens, the text window holds " + room;
        if (longText == LongText.REFUSE) {
            throw new IllegalArgumentException(message);
        }
        if (!warned) {
            LOG.warn("{}; it is cut off, and so are others without further warnings", message);
            warned = true;
        }
    }

    /** Starts the next epoch, or the same one if nothing has been read of it. */
    @Override
    public void reset() {
        if (next > 0) {
            epoch(epoch + 1);
        }
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /** Settings of an {@link ImageTextIterator}. */
    public static final class Builder {
        private final ImageTextSource source;
        private final TextEncoder encoder;
        private final int window;
        private int batch = 32;
        private long seed;
        private boolean shuffle = true;
        private boolean dropLast;
        private LongText longText = LongText.REFUSE;

        /**
         * @param source pictures and texts
         * @param encoder makes tokens of the texts
         * @param window tokens per text, begin and end token included
         */
        public Builder(ImageTextSource source, TextEncoder encoder, int window) {
            this.source = source;
            this.encoder = encoder;
            this.window = Ensure.atLeast(3, "window", window);
        }

        /** Pairs per batch, default 32. */
        public Builder batch(int batch) {
            this.batch = Ensure.atLeast(1, "batch", batch);
            return this;
        }

        /** Decides the order, default 0. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Whether every epoch has its own order, default true; else it is the source's. */
        public Builder shuffle(boolean shuffle) {
            this.shuffle = shuffle;
            return this;
        }

        /** Whether a last batch that is not full is left out, default false. */
        public Builder dropLast(boolean dropLast) {
            this.dropLast = dropLast;
            return this;
        }

        /** What becomes of texts longer than the window, default {@link LongText#REFUSE}. */
        public Builder longText(LongText longText) {
            this.longText = longText;
            return this;
        }

        /** The iterator, at the start of epoch 0. */
        public ImageTextIterator build() {
            Ensure.that(
                    source.size() >= (dropLast ? batch : 1),
                    "size of the source",
                    source.size(),
                    "at least " + (dropLast ? batch + ", as the last batch is dropped" : 1));
            return new ImageTextIterator(this);
        }
    }
}
