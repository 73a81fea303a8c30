package org.dl4jplugins.multimodal.bidiffuser;

import java.util.Arrays;
import java.util.function.Function;
import org.dl4jplugins.multimodal.diffusion.Denoiser;
import org.dl4jplugins.multimodal.diffusion.Guidance;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The network as a denoiser of images, texts or both, given the other modality, or not
 * (UniDiffuser, section 3.3): data without noise are a condition, and pure noise at the last time
 * is none. That noise is drawn anew at each call, as in the reference.
 */
final class Modes {
    private final Network network;
    private final Sizes sizes;
    private final SamplingSettings settings;
    private final int dataType;
    private final NoiseSource random;

    Modes(Network network, Sizes sizes, SamplingSettings settings) {
        this.network = network;
        this.sizes = sizes;
        this.settings = settings;
        int types = sizes.config().dataTypes();
        dataType = settings.dataType() < 0 ? Math.max(types - 1, 0) : settings.dataType();
        Require.that(
                types == 0 || dataType < types, "dataType", dataType, "below dataTypes, " + types);
        random = new NoiseSource(settings.seed(), 2);
    }

    /** Images of texts. */
    Denoiser imageGiven(INDArray text) {
        if (settings.guidance() == 0) {
            return imageDenoiser(rows -> text, 0, 0);
        }
        INDArray empty = settings.emptyText();
        Function<Long, INDArray> texts =
                rows ->
                        Nd4j.concat(
                                0,
                                text,
                                empty == null
                                        ? textNoise(rows / 2)
                                        : Nd4j.repeat(empty, (int) (rows / 2))
                                                .castTo(network.type())
                                                .reshape('c', text.shape()));
        double second = empty == null ? 1 : 0;
        return new Guidance(imageDenoiser(texts, 0, second), settings.guidance());
    }

    /** Texts of images. */
    Denoiser textGiven(ImageLatent image) {
        if (settings.guidance() == 0) {
            return textDenoiser(rows -> image, 0, 0);
        }
        INDArray row = Sizes.row(image);
        Function<Long, ImageLatent> images =
                rows -> sizes.image(Nd4j.concat(0, row, imageNoise(rows / 2)));
        return new Guidance(textDenoiser(images, 0, 1), settings.guidance());
    }

    /** Images of no text. */
    Denoiser image() {
        return imageDenoiser(this::textNoise, 1, 1);
    }

    /** Texts of no image. */
    Denoiser text() {
        return textDenoiser(rows -> sizes.image(imageNoise(rows)), 1, 1);
    }

    /** Images and texts together; guidance by each alone, all in one batch of three parts. */
    Denoiser joint() {
        return settings.guidance() == 0 ? this::plainJoint : this::guidedJoint;
    }

    private INDArray plainJoint(INDArray x, double t) {
        double[] times = times(x.size(0), t, t);
        return Sizes.row(network.predict(sizes.both(x), times, times, dataType));
    }

    private INDArray guidedJoint(INDArray x, double t) {
        long batch = x.size(0);
        ImageText given = sizes.both(x);
        INDArray imageRow = Sizes.row(given.image());
        INDArray textRow = Sizes.flat(given.text());
        INDArray images = Nd4j.concat(0, imageRow, imageRow, imageNoise(batch));
        INDArray texts = Nd4j.concat(0, textRow, Sizes.flat(textNoise(batch)), textRow);
        double[] imageTimes = thirds(batch, t, t, 1);
        double[] textTimes = thirds(batch, t, 1, t);
        ImageText all = new ImageText(sizes.image(images), sizes.text(texts));
        INDArray rows = Sizes.row(network.predict(all, imageTimes, textTimes, dataType));
        INDArray both = third(rows, 0, batch);
        ImageText imageAlone = sizes.both(third(rows, 1, batch));
        ImageText textAlone = sizes.both(third(rows, 2, batch));
        INDArray alone = Sizes.row(new ImageText(imageAlone.image(), textAlone.text()));
        return both.mul(1 + settings.guidance()).subi(alone.mul(settings.guidance()));
    }

    /**
     * Denoises images; texts are at one time in the first half of the rows, at one in the second.
     */
    private Denoiser imageDenoiser(Function<Long, INDArray> texts, double first, double second) {
        return (x, t) -> {
            long rows = x.size(0);
            ImageText given = new ImageText(sizes.image(x), texts.apply(rows));
            double[] textTimes = times(rows, first, second);
            return Sizes.row(
                    network.predict(given, times(rows, t, t), textTimes, dataType).image());
        };
    }

    private Denoiser textDenoiser(Function<Long, ImageLatent> images, double first, double second) {
        return (x, t) -> {
            long rows = x.size(0);
            ImageText given = new ImageText(images.apply(rows), sizes.text(x));
            double[] imageTimes = times(rows, first, second);
            return Sizes.flat(
                    network.predict(given, imageTimes, times(rows, t, t), dataType).text());
        };
    }

    private INDArray textNoise(long batch) {
        return sizes.text(random.normal(network.type(), batch, sizes.textLength()));
    }

    private INDArray imageNoise(long batch) {
        return random.normal(network.type(), batch, sizes.imageLength());
    }

    private static double[] times(long rows, double first, double second) {
        double[] times = new double[(int) rows];
        Arrays.fill(times, 0, times.length / 2, first);
        Arrays.fill(times, times.length / 2, times.length, second);
        return times;
    }

    private static double[] thirds(long batch, double... parts) {
        double[] times = new double[(int) (3 * batch)];
        Arrays.setAll(times, i -> parts[(int) (i / batch)]);
        return times;
    }

    private static INDArray third(INDArray rows, int part, long batch) {
        return rows.get(NDArrayIndex.interval(part * batch, (part + 1) * batch), NDArrayIndex.all())
                .dup('c');
    }
}
