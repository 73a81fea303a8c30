package org.dl4jplugins.multimodal.bidiffuser;

import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Images and texts as states of a solver, one row for each example, and back. */
record Sizes(UViTConfig config, int height, int width) {

    /** Sizes of a batch's images. */
    static Sizes of(UViTConfig config, ImageLatent image) {
        return new Sizes(config, (int) image.latent().size(2), (int) image.latent().size(3));
    }

    long latentLength() {
        return (long) config.imageChannels() * height * width;
    }

    long imageLength() {
        return latentLength() + config.clipWidth();
    }

    long textLength() {
        return (long) config.textTokens() * config.textWidth();
    }

    /** [batch, image length]. */
    static INDArray row(ImageLatent image) {
        INDArray latent = flat(image.latent());
        return image.clip() == null ? latent : Nd4j.concat(1, latent, flat(image.clip()));
    }

    /** [batch, image length + text length]. */
    static INDArray row(ImageText both) {
        return Nd4j.concat(1, row(both.image()), flat(both.text()));
    }

    /** [batch, length]. */
    static INDArray flat(INDArray array) {
        return array.dup('c').reshape('c', array.size(0), array.length() / array.size(0));
    }

    ImageLatent image(INDArray rows) {
        long batch = rows.size(0);
        INDArray latent =
                part(rows, 0, latentLength())
                        .reshape('c', batch, config.imageChannels(), height, width);
        return config.clipWidth() == 0
                ? new ImageLatent(latent)
                : new ImageLatent(
                        latent,
                        part(rows, latentLength(), config.clipWidth())
                                .reshape('c', batch, 1, config.clipWidth()));
    }

    INDArray text(INDArray rows) {
        return rows.dup('c').reshape('c', rows.size(0), config.textTokens(), config.textWidth());
    }

    ImageText both(INDArray rows) {
        return new ImageText(
                image(part(rows, 0, imageLength())), text(part(rows, imageLength(), textLength())));
    }

    private static INDArray part(INDArray rows, long first, long length) {
        return rows.dup('c')
                .get(NDArrayIndex.all(), NDArrayIndex.interval(first, first + length))
                .dup('c');
    }
}
