package org.dl4jplugins.mtl.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two pictures on one canvas, one task per picture: MultiMNIST, MultiFashion and MultiFashion+MNIST
 * (Lin et al., Pareto Multi-Task Learning, NeurIPS 2019), the data of Recon's Table 1. The left
 * picture sits in the top left corner, the right one in the bottom right corner, and where they
 * overlap the brighter pixel wins.
 *
 * <p>Which picture meets which is drawn once from the seed: the i-th pass over the pictures pairs a
 * random permutation of the left ones with a random permutation of the right ones, so every picture
 * is used equally often. The order of the overlays is drawn anew for every epoch. Overlays are
 * drawn batch by batch; only the source pictures are held.
 *
 * <p>Features: one array [batch, 1, canvas, canvas], in [0, 1] unless {@link Builder#normalize} is
 * given. Labels: two one-hot arrays [batch, classes], left then right. No masks.
 */
public final class OverlayIterator extends EpochIterator {

    private static final int LEFT_STREAM = 2;
    private static final int RIGHT_STREAM = 3;

    private final LabeledImages left;
    private final LabeledImages right;
    private final int[] leftOf;
    private final int[] rightOf;
    private final int canvas;
    private final float[] brightness = new float[256];

    private OverlayIterator(Builder builder) {
        super(builder.examples, builder);
        left = builder.left;
        right = builder.right;
        canvas = builder.canvas;
        for (int value = 0; value < brightness.length; value++) {
            brightness[value] = (float) ((value / 255.0 - builder.mean) / builder.deviation);
        }
        leftOf = passes(left.size(), builder, LEFT_STREAM);
        rightOf = passes(right.size(), builder, RIGHT_STREAM);
    }

    /** One random permutation of the pictures after the other, as many as the examples need. */
    private static int[] passes(int pictures, Builder builder, int stream) {
        int[] source = new int[builder.examples];
        for (int start = 0, pass = 0; start < source.length; start += pictures, pass++) {
            int[] order = IntStream.range(0, pictures).toArray();
            MathArrays.shuffle(order, Seeds.generator(builder.seed(), stream, pass));
            System.arraycopy(order, 0, source, start, Math.min(pictures, source.length - start));
        }
        return source;
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

    @Override
    protected MultiDataSet load(int[] numbers) {
        float[] pixels = new float[numbers.length * canvas * canvas];
        Arrays.fill(pixels, brightness[0]);
        float[] leftLabels = new float[numbers.length * left.classes()];
        float[] rightLabels = new float[numbers.length * right.classes()];
        int corner = (canvas - right.rows()) * canvas + canvas - right.columns();
        for (int i = 0; i < numbers.length; i++) {
            int l = leftOf[numbers[i]];
            int r = rightOf[numbers[i]];
            draw(left, l, pixels, i * canvas * canvas);
            draw(right, r, pixels, i * canvas * canvas + corner);
            leftLabels[i * left.classes() + left.label(l)] = 1;
            rightLabels[i * right.classes() + right.label(r)] = 1;
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {array(pixels, numbers.length, 1, canvas, canvas)},
                new INDArray[] {
                    array(leftLabels, numbers.length, left.classes()),
                    array(rightLabels, numbers.length, right.classes())
                });
    }

    private void draw(LabeledImages images, int picture, float[] pixels, int start) {
        int columns = images.columns();
        for (int row = 0, position = 0; row < images.rows(); row++) {
            int at = start + row * canvas;
            for (int end = at + columns; at < end; at++, position++) {
                pixels[at] = Math.max(pixels[at], brightness[images.pixel(picture, position)]);
            }
        }
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    /** Settings of an {@link OverlayIterator}; 256 overlays per batch by default. */
    public static final class Builder extends EpochIterator.Builder<Builder> {

        private final LabeledImages left;
        private final LabeledImages right;
        private int examples;
        private int canvas = 36;
        private double mean;
        private double deviation = 1;

        /**
         * @param left pictures of task 1
         * @param right pictures of task 2; may be the same object
         */
        public Builder(LabeledImages left, LabeledImages right) {
            super(256);
            this.left = left;
            this.right = right;
            examples = Math.min(left.size(), right.size());
        }

        @Override
        protected Builder self() {
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
            return new OverlayIterator(this);
        }
    }
}
