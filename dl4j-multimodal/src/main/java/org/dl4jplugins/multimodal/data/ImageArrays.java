package org.dl4jplugins.multimodal.data;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures as arrays [batch, channel, height, width] in [-1, 1] and back. Sample 0 of 255 is -1,
 * sample 255 is 1; there and back gives the same samples.
 */
public final class ImageArrays {
    private ImageArrays() {}

    /**
     * Pictures of one size as a batch.
     *
     * @param images at least one; what is transparent in them shows their color, not a background
     * @param channels 3 for red, green and blue, 1 for gray (ITU-R 601 luma)
     * @return FLOAT [batch, channels, height, width] in [-1, 1]
     * @throws IllegalArgumentException naming the picture whose size differs from the first one's
     */
    public static INDArray toArray(List<BufferedImage> images, int channels) {
        Ensure.that(!images.isEmpty(), "images", "none", "at least one picture");
        int height = images.get(0).getHeight();
        int width = images.get(0).getWidth();
        int length = Ensure.channels(channels) * height * width;
        float[] values = new float[images.size() * length];
        for (int i = 0; i < images.size(); i++) {
            BufferedImage image = images.get(i);
            Ensure.that(
                    image.getHeight() == height && image.getWidth() == width,
                    "height x width of images[" + i + "]",
                    image.getHeight() + " x " + image.getWidth(),
                    height + " x " + width + ", as of the first");
            copy(image, channels, values, i * length);
        }
        return Nd4j.createFromArray(values).reshape('c', images.size(), channels, height, width);
    }

    /**
     * One picture as a batch of one.
     *
     * @return FLOAT [1, channels, height, width] in [-1, 1]
     */
    public static INDArray toArray(BufferedImage image, int channels) {
        return toArray(List.of(image), channels);
    }

    /** Writes one picture as [channel, height, width] in [-1, 1] from a position on. */
    static void copy(BufferedImage image, int channels, float[] values, int from) {
        int width = image.getWidth();
        int area = width * image.getHeight();
        int[] rgb = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        for (int i = 0; i < area; i++) {
            int red = rgb[i] >> 16 & 0xff;
            int green = rgb[i] >> 8 & 0xff;
            int blue = rgb[i] & 0xff;
            if (channels == 1) {
                values[from + i] = (0.299f * red + 0.587f * green + 0.114f * blue) / 127.5f - 1;
            } else {
                values[from + i] = red / 127.5f - 1;
                values[from + area + i] = green / 127.5f - 1;
                values[from + 2 * area + i] = blue / 127.5f - 1;
            }
        }
    }

    /**
     * One picture of a batch.
     *
     * @param batch [batch, channel, height, width] with 1 or 3 channels of any floating point type;
     *     values are cut to [-1, 1], not-a-number becomes -1
     * @param index which picture, from 0
     * @return a picture in RGB
     */
    public static BufferedImage toImage(INDArray batch, int index) {
        requireBatch(batch);
        Ensure.that(
                index >= 0 && index < batch.size(0),
                "index",
                index,
                "a picture of the batch, 0 to " + (batch.size(0) - 1));
        int channels = (int) batch.size(1);
        int height = (int) batch.size(2);
        int width = (int) batch.size(3);
        float[] values = batch.slice(index).dup('c').data().asFloat();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int area = height * width;
        for (int i = 0; i < area; i++) {
            int red = sample(values[i]);
            int green = channels == 1 ? red : sample(values[area + i]);
            int blue = channels == 1 ? red : sample(values[2 * area + i]);
            image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
        }
        return image;
    }

    /**
     * All pictures of a batch.
     *
     * @param batch as for {@link #toImage(INDArray, int)}
     * @return pictures in RGB, in the batch's order
     */
    public static List<BufferedImage> toImages(INDArray batch) {
        requireBatch(batch);
        BufferedImage[] images = new BufferedImage[(int) batch.size(0)];
        Arrays.setAll(images, i -> toImage(batch, i));
        return List.of(images);
    }

    /**
     * Refuses what is no batch of pictures.
     *
     * @throws IllegalArgumentException naming the shape
     */
    static void requireBatch(INDArray batch) {
        Ensure.that(
                batch.rank() == 4 && (batch.size(1) == 1 || batch.size(1) == 3),
                "shape of the images",
                Arrays.toString(batch.shape()),
                "[batch, channel, height, width] with 1 or 3 channels");
    }

    private static int sample(float value) {
        return Math.round(Math.max(0, Math.min(255, (value + 1) * 127.5f)));
    }
}
