package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.util.MathArrays;
import org.dl4jplugins.align.data.Overlong;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Conversations with images in batches for {@code model.graph().fit(...)}; only answers are learned
 * (L_ITG of the paper). The order is drawn anew for every epoch from the seed and the epoch's
 * number, so that a training can be repeated and, by {@link #epoch(int)}, resumed.
 *
 * <p>Features: {@code input_ids} [batch, time] ({@code decoder_input_ids} behind an encoder), then
 * {@code image} [batch, images * tokens, latent width] and {@code clip}, each with its mask; rows
 * may have no, one or several images. Labels: ids [batch, time] with a mask that is 1 for tokens of
 * answers and their end tokens. A decoder alone learns all answers of a conversation, a decoder
 * behind an encoder the last one. Of a model that matches captions ({@link Tuning#matching}) second
 * labels are the encoder's states of captions [batch, images * tokens, width].
 */
public final class ImageExampleIterator implements MultiDataSetIterator {
    private final List<ImageExample> examples;
    private final List<ExampleTokens> tokens;
    private final List<Integer> skipped;
    private final ImageBatches batches;
    private final boolean async;
    private final int batch;
    private final long seed;
    private final boolean shuffle;

    private MultiDataSetPreProcessor preProcessor;
    private int[] order;
    private int epoch;
    private int next;

    private ImageExampleIterator(
            Builder builder,
            List<ImageExample> examples,
            List<ExampleTokens> tokens,
            List<Integer> skipped) {
        this.examples = examples;
        this.tokens = tokens;
        this.skipped = List.copyOf(skipped);
        batches = new ImageBatches(builder.model, builder.latents);
        async = builder.async && !builder.model.matches();
        batch = builder.batch;
        seed = builder.seed;
        shuffle = builder.shuffle;
        epoch(0);
    }

    /** {@return numbers of the examples that were left out because they are too long} */
    public List<Integer> skipped() {
        return skipped;
    }

    /** {@return the number of the current epoch, from 0} */
    public int epoch() {
        return epoch;
    }

    /** {@return batches of an epoch} */
    public int batchesPerEpoch() {
        return (examples.size() + batch - 1) / batch;
    }

    /**
     * Goes to the start of an epoch.
     *
     * @param number 0 or more
     */
    public void epoch(int number) {
        epoch = Require.atLeast(0, "epoch", number);
        next = 0;
        order = IntStream.range(0, examples.size()).toArray();
        if (shuffle) {
            MathArrays.shuffle(
                    order,
                    new MersenneTwister(new int[] {(int) (seed >>> 32), (int) seed, number}));
        }
    }

    @Override
    public boolean hasNext() {
        return next < order.length;
    }

    @Override
    public MultiDataSet next() {
        return next(batch);
    }

    @Override
    public MultiDataSet next(int num) {
        if (!hasNext()) {
            throw new NoSuchElementException("No more batches in epoch " + epoch);
        }
        int end = Math.min(next + num, order.length);
        int[] numbers = Arrays.copyOfRange(order, next, end);
        MultiDataSet data =
                batches.of(
                        Arrays.stream(numbers).mapToObj(examples::get).toList(),
                        Arrays.stream(numbers).mapToObj(tokens::get).toList());
        next = end;
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
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

    /** Whether batches may be made ahead: not if they need the model itself. */
    @Override
    public boolean asyncSupported() {
        return async;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /** Settings of an {@link ImageExampleIterator}. */
    public static final class Builder {
        private final ImageLanguageModel model;
        private final List<ImageExample> examples;
        private final ImageLatents latents;
        private int batch = 16;
        private long seed = 1;
        private boolean shuffle = true;
        private boolean async = true;
        private int maxLength = 512;
        private Overlong overlong = Overlong.ERROR;

        /**
         * @param model that the batches are for, tuned already
         * @param examples at least one
         * @param latents of the images that the examples name
         */
        public Builder(
                ImageLanguageModel model, List<ImageExample> examples, ImageLatents latents) {
            this.model = Objects.requireNonNull(model, "model");
            this.examples = List.copyOf(examples);
            this.latents = Objects.requireNonNull(latents, "latents");
        }

        /**
         * Sets the size of a batch.
         *
         * @param examples at least 1, default 16; the paper has 96 with a frozen language model and
         *     32 with a tuned one
         * @return this
         */
        public Builder batch(int examples) {
            batch = Require.atLeast(1, "batch", examples);
            return this;
        }

        /**
         * Sets the seed of the order.
         *
         * @param seed default 1
         * @return this
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets whether every epoch has its own order.
         *
         * @param shuffle default true; else it is that of the examples
         * @return this
         */
        public Builder shuffle(boolean shuffle) {
            this.shuffle = shuffle;
            return this;
        }

        /**
         * Sets whether {@code fit} may make batches ahead in another thread.
         *
         * @param async default true; set false if the latents are computed by a network that is in
         *     use
         * @return this
         */
        public Builder async(boolean async) {
            this.async = async;
            return this;
        }

        /**
         * Sets the longest sequence, image tokens included.
         *
         * @param tokens at least 1, default 512; behind an encoder both sides may have as many
         * @return this
         */
        public Builder maxLength(int tokens) {
            maxLength = Require.atLeast(1, "maxLength", tokens);
            return this;
        }

        /**
         * Sets what becomes of an example that is longer. Nothing is cut, as images could be.
         *
         * @param overlong default {@link Overlong#ERROR}
         * @return this
         */
        public Builder overlong(Overlong overlong) {
            this.overlong = Objects.requireNonNull(overlong, "overlong");
            return this;
        }

        /**
         * Turns the examples into tokens.
         *
         * @return an iterator at the start of epoch 0
         * @throws IllegalArgumentException naming the example, from 0, that is too long, has no
         *     tokens to learn or names an image that there is not; or if there is no example
         */
        public ImageExampleIterator build() {
            Require.atLeast(1, "number of examples", examples.size());
            List<ImageExample> kept = new ArrayList<>();
            List<ExampleTokens> tokens = new ArrayList<>();
            List<Integer> skipped = new ArrayList<>();
            for (int i = 0; i < examples.size(); i++) {
                ExampleTokens one = tokens(i);
                if (one.length() > maxLength) {
                    Require.that(
                            overlong == Overlong.SKIP,
                            "tokens of example " + i,
                            one.length(),
                            "at most maxLength, " + maxLength + ", unless Overlong.SKIP is set");
                    skipped.add(i);
                } else {
                    kept.add(examples.get(i));
                    tokens.add(one);
                }
            }
            Require.atLeast(1, "number of examples that are not too long", kept.size());
            return new ImageExampleIterator(this, kept, tokens, skipped);
        }

        private ExampleTokens tokens(int number) {
            ImageExample example = examples.get(number);
            for (int image : example.images()) {
                Require.that(
                        image >= 0 && image < latents.size(),
                        "image of example " + number,
                        image,
                        "a number from 0 to " + (latents.size() - 1));
            }
            ExampleTokens one =
                    model.hasEncoder()
                            ? ExampleTokens.ofEncoder(model.text(), example)
                            : ExampleTokens.ofDecoder(model.text(), example);
            Require.atLeast(1, "tokens to learn of example " + number, one.answers());
            return one;
        }
    }
}
