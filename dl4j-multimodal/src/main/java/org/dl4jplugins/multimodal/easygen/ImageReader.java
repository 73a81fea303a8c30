package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.Objects;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * From images to what the projection into a language model reads (EasyGen, section 3.2): latents,
 * the diffusion model's text latents of them, and those widened.
 */
public final class ImageReader {
    /** What pixels may exceed 1 by. */
    private static final double ROUNDING = 1e-3;

    private final BiDiffuser model;
    private final LatentSpace space;
    private final TextLatents text;
    private final ClipImageEncoder images;

    /**
     * Joins the parts.
     *
     * @param model turns images into text latents
     * @param space gives the images' latents
     * @param text widens text latents
     * @param images embeds whole images; null if the diffusion model reads no embeddings
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    public ImageReader(
            BiDiffuser model, LatentSpace space, TextLatents text, ClipImageEncoder images) {
        this.model = Objects.requireNonNull(model, "model");
        this.space = Objects.requireNonNull(space, "space");
        this.text = Objects.requireNonNull(text, "text");
        this.images = images;
        Fit.check(model.config(), space);
        Fit.check(model.config(), text);
        Fit.check(model.config(), images);
    }

    /**
     * Images as the diffusion model sees them.
     *
     * @param batch [batch, channels, height, width] in [-1, 1]
     * @return latents, with embeddings if the diffusion model reads them
     * @throws IllegalArgumentException if size, channels or values do not fit, naming what was
     *     expected
     */
    public ImageLatent latents(INDArray batch) {
        requireImages(batch);
        DataType type = model.graph().getConfiguration().getDataType();
        INDArray latent = space.encode(batch.castTo(type));
        int width = model.config().clipWidth();
        return width == 0
                ? new ImageLatent(latent)
                : new ImageLatent(
                        latent, images.embed(batch).castTo(type).reshape(batch.size(0), 1, width));
    }

    /**
     * What the projection reads of images.
     *
     * @param batch [batch, channels, height, width] in [-1, 1]
     * @param settings of the diffusion from images to text latents
     * @return [batch, text tokens, prefix width]
     * @throws IllegalArgumentException if size, channels or values do not fit, naming what was
     *     expected
     */
    public INDArray read(INDArray batch, SamplingSettings settings) {
        return text.prefixes(model.imageToText(latents(batch), settings));
    }

    private void requireImages(INDArray batch) {
        UViTConfig sizes = model.config();
        int side = space.factor() * sizes.patch();
        boolean right =
                batch.rank() == 4
                        && batch.size(0) > 0
                        && batch.size(2) % side == 0
                        && batch.size(3) % side == 0;
        Require.that(
                right,
                "images",
                "shape " + Arrays.toString(batch.shape()),
                "[batch, channels, height, width] with height and width multiples of "
                        + side
                        + ", such as "
                        + sizes.imageHeight() * space.factor()
                        + " x "
                        + sizes.imageWidth() * space.factor());
        double largest = batch.amaxNumber().doubleValue();
        Require.that(
                largest <= 1 + ROUNDING,
                "values of images",
                "one of size " + largest,
                "from -1 to 1 (ImageArrays and ImageLoader give such)");
    }
}
