package org.dl4jplugins.mtl.data;

import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two pictures on one canvas, one task per picture: MultiMNIST, MultiFashion and MultiFashion+MNIST
 * (Lin et al., Pareto Multi-Task Learning, NeurIPS 2019), the data of Recon's Table 1. The left
 * picture sits in the top left corner, the right one in the bottom right corner, and where they
 * overlap the brighter pixel wins.
 *
 * <p>Which picture meets which is drawn once from the seed: the i-th pass over the pictures pairs a
 * random permutation of the left ones with a random permutation of the right ones, so every picture
 * is used equally often. The order of the overlays is drawn anew for every epoch, from the seed and
 * the epoch's number. Overlays are drawn batch by batch; only the source pictures are held.
 *
 * <p>Features: one array [batch, 1, canvas, canvas], in [0, 1] unless {@link Builder#normalize} is
 * given. Labels: two one-hot arrays [batch, classes], left then right. No masks.
 */
public final class OverlayIterator implements MultiDataSetIterator {

    private final LabeledImages left;
    private final LabeledImages right;
    private final int[] leftOf;
    private final int[] rightOf;
    private final int batch;
    private final int canvas;
    private final int leftClasses;
    private final int rightClasses;
    private final long seed;
    private final boolean shuffle;
    private final boolean dropLast;
    private final float[] brightness = new float[256];

    private MultiDataSetPreProcessor preProcessor;
    private int epoch;
    private int next;
    private int[] order;

    private OverlayIterator(Builder builder) {
        left = builder.left;
        right = builder.right;
        batch = builder.batch;
        canvas = builder.canvas;
        leftClasses = left.classes();
        rightClasses = right.classes();
        seed = builder.seed;
        shuffle = builder.shuffle;
        dropLast = builder.dropLast;
        for (int value = 0; value < brightness.length; value++) {
            brightness[value] = (float) ((value / 255.0 - builder.mean) / builder.deviation);
        }
        leftOf = pairing(left.size(), builder.examples, 0);
        rightOf = pairing(right.size(), builder.examples, 1);
        epoch(0);
    }

    private int[] pairing(int pictures, int examples, int side) {
        int[] source = new int[examples];
        for (int start = 0, pass = 0; start < examples; start += pictures, pass++) {
            int[] permutation = permutation(pictures, 0, side, pass);
            System.arraycopy(permutation, 0, source, start, Math.min(pictures, examples - start));
        }
        return source;
    }

    private int[] permutation(int length, int... stream) {
        RandomGenerator random = Seeds.generator(seed, stream);
        int[] permutation = IntStream.range(0, length).toArray();
        MathArrays.shuffle(permutation, random);
        return permutation;
    }

    /** MNIST left, MNIST right. */
    public static Builder multiMnist(LabeledImages mnist) {
        return new Builder(mnist, mnist);
    }

    /** Fashion-MNIST left, Fashion-MNIST right. */
    public static Builder multiFashion(LabeledImages fashion) {
        return new Builder(fashion, fashion);
    }

    /** MNIST left (task 1), Fashion-MNIST right (task 2). */
    public static Builder multiFashionAndMnist(LabeledImages mnist, LabeledImages fashion) {
        return new Builder(mnist, fashion);
    }

    /** Number of overlays of an epoch. */
    public int examples() {
        return leftOf.length;
    }

    /** Number of the current epoch, from 0. */
    public int epoch() {
        return epoch;
    }

    /**
     * Goes to the start of an epoch, for instance to resume an interrupted training.
     *
     * @param number 0 or more
     */
    public void epoch(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("epoch must be 0 or more, got " + number);
        }
        epoch = number;
        next = 0;
        order =
                shuffle
                        ? permutation(examples(), 1, number)
                        : IntStream.range(0, examples()).toArray();
    }

    @Override
    public boolean hasNext() {
        return dropLast ? next + batch <= examples() : next < examples();
    }

    @Override
    public MultiDataSet next() {
        return next(batch);
    }

    @Override
    public MultiDataSet next(int num) {
        if (!hasNext()) {
            throw new NoSuchElementException("No more overlays in epoch " + epoch);
        }
        int size = Math.min(num, examples() - next);
        float[] pixels = new float[size * canvas * canvas];
        java.util.Arrays.fill(pixels, brightness[0]);
        float[] leftLabels = new float[size * leftClasses];
        float[] rightLabels = new float[size * rightClasses];
        for (int i = 0; i < size; i++) {
            int example = order[next++];
            int l = leftOf[example];
            int r = rightOf[example];
            int start = i * canvas * canvas;
            draw(left, l, pixels, start);
            int corner = (canvas - right.rows()) * canvas + canvas - right.columns();
            draw(right, r, pixels, start + corner);
            leftLabels[i * leftClasses + left.label(l)] = 1;
            rightLabels[i * rightClasses + right.label(r)] = 1;
        }
        MultiDataSet data =
                new org.nd4j.linalg.dataset.MultiDataSet(
                        new INDArray[] {array(pixels, size, 1, canvas, canvas)},
                        new INDArray[] {
                            array(leftLabels, size, leftClasses),
                            array(rightLabels, size, rightClasses)
                        });
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
    }

    private void draw(LabeledImages images, int picture, float[] pixels, int start) {
        int columns = images.columns();
        int length = images.rows() * columns;
        for (int position = 0; position < length; position++) {
            int at = start + position / columns * canvas + position % columns;
            float value = brightness[images.pixel(picture, position)];
            if (value > pixels[at]) {
                pixels[at] = value;
            }
        }
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
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

    /** Settings of an {@link OverlayIterator}. */
    public static final class Builder {

        private final LabeledImages left;
        private final LabeledImages right;
        private int batch = 256;
        private int examples;
        private int canvas = 36;
        private long seed;
        private boolean shuffle = true;
        private boolean dropLast;
        private double mean;
        private double deviation = 1;

        /**
         * @param left pictures of task 1
         * @param right pictures of task 2; may be the same object
         */
        public Builder(LabeledImages left, LabeledImages right) {
            this.left = left;
            this.right = right;
            examples = Math.min(left.size(), right.size());
        }

        /** Overlays per batch, default 256. */
        public Builder batch(int batch) {
            this.batch = batch;
            return this;
        }

        /**
         * Overlays per epoch, default as many as the smaller source has pictures; the published
         * sets have 120,000 from 60,000 training pictures and 20,000 from 10,000 test pictures.
         */
        public Builder examples(int examples) {
            this.examples = examples;
            return this;
        }

        /** Width and height of the canvas in pixels, default 36. */
        public Builder canvas(int canvas) {
            this.canvas = canvas;
            return this;
        }

        /** Decides pairing and order, default 0. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** Whether every epoch has its own order, default true; else the order of the pairing. */
        public Builder shuffle(boolean shuffle) {
            this.shuffle = shuffle;
            return this;
        }

        /** Whether a last batch that is not full is left out, default false. */
        public Builder dropLast(boolean dropLast) {
            this.dropLast = dropLast;
            return this;
        }

        /**
         * Makes pixels (value - mean) / deviation.
         *
         * @param mean of pixels in [0, 1], default 0
         * @param deviation above 0, default 1
         */
        public Builder normalize(double mean, double deviation) {
            this.mean = mean;
            this.deviation = deviation;
            return this;
        }

        /**
         * The iterator, at the start of epoch 0.
         *
         * @throws IllegalArgumentException naming the setting that is wrong
         */
        public OverlayIterator build() {
            require(batch >= 1, "batch", batch, "1 or more");
            require(examples >= 1, "examples", examples, "1 or more");
            int largest =
                    Math.max(
                            Math.max(left.rows(), left.columns()),
                            Math.max(right.rows(), right.columns()));
            require(canvas >= largest, "canvas", canvas, largest + " or more");
            require(
                    Double.isFinite(deviation) && deviation > 0,
                    "deviation",
                    deviation,
                    "a number above 0");
            require(Double.isFinite(mean), "mean", mean, "a finite number");
            require(
                    !dropLast || examples >= batch,
                    "examples",
                    examples,
                    "at least the batch size " + batch + " where the last batch is dropped");
            return new OverlayIterator(this);
        }

        private static void require(boolean right, String name, Number value, String wanted) {
            if (!right) {
                throw new IllegalArgumentException(name + " must be " + wanted + ", got " + value);
            }
        }
    }
}
