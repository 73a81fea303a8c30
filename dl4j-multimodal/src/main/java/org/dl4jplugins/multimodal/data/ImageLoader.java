package org.dl4jplugins.multimodal.data;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads picture files as arrays of one size: PNG, JPEG, GIF (the first picture), BMP and whatever
 * else Java's ImageIO has a plugin for. The format is told by the content, not by the name; the
 * size is checked before anything is decoded.
 *
 * <pre>{@code
 * ImageLoader loader = new ImageLoader.Builder(256, 256).fit(ImageFit.CROP).build();
 * INDArray image = loader.load(Path.of("cat.jpg"));   // [1, 3, 256, 256] in [-1, 1]
 * }</pre>
 */
public final class ImageLoader {
    private final int height;
    private final int width;
    private final int channels;
    private final boolean sameChannels;
    private final ImageFit fit;
    private final ImageLimits limits;
    private final Color background;

    private ImageLoader(Builder builder) {
        height = builder.height;
        width = builder.width;
        channels = builder.channels;
        sameChannels = builder.sameChannels;
        fit = builder.fit;
        limits = builder.limits;
        background = new Color(builder.background);
    }

    /**
     * Reads a picture as an array.
     *
     * @param file of a picture
     * @return FLOAT [1, channels, height, width] in [-1, 1]
     * @throws NoSuchFileException if there is no such file
     * @throws MalformedFileException naming the file if it is no picture, damaged, larger than the
     *     limits, or of a size or number of channels that the settings do not allow
     * @throws IOException if the file cannot be read
     */
    public INDArray load(Path file) throws IOException {
        return ImageArrays.toArray(image(file), channels);
    }

    /**
     * Reads a picture in the size that is wanted.
     *
     * @param file of a picture
     * @return a picture in RGB
     * @throws IOException as {@link #load}
     */
    public BufferedImage image(Path file) throws IOException {
        BufferedImage image = read(file);
        int found = image.getColorModel().getNumColorComponents();
        if (sameChannels && found != channels) {
            throw new MalformedFileException(
                    file, "has " + found + " color channels, must have " + channels);
        }
        if (fit == ImageFit.EXACT && (image.getHeight() != height || image.getWidth() != width)) {
            throw new MalformedFileException(
                    file,
                    "is "
                            + image.getHeight()
                            + " high and "
                            + image.getWidth()
                            + " wide, must be "
                            + height
                            + " high and "
                            + width
                            + " wide");
        }
        return fitted(image);
    }

    private BufferedImage read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(file.toString(), null, "no such picture");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new MalformedFileException(
                        file, "not a picture in a format that can be read, such as PNG or JPEG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                requireLimits(file, reader.getHeight(0), reader.getWidth(0));
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (MalformedFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            MalformedFileException damaged =
                    new MalformedFileException(
                            file, "damaged or unsupported picture: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
    }

    private void requireLimits(Path file, int high, int wide) throws IOException {
        if (Math.max(high, wide) > limits.side() || (long) high * wide > limits.pixels()) {
            throw new MalformedFileException(
                    file,
                    "claims to be "
                            + high
                            + " high and "
                            + wide
                            + " wide; the limits are "
                            + limits.side()
                            + " on a side and "
                            + limits.pixels()
                            + " pixels");
        }
    }

    private BufferedImage fitted(BufferedImage image) {
        double down = (double) height / image.getHeight();
        double across = (double) width / image.getWidth();
        double both = fit == ImageFit.CROP ? Math.max(down, across) : Math.min(down, across);
        boolean apart = fit == ImageFit.STRETCH;
        int high = apart ? height : (int) Math.max(1, Math.round(both * image.getHeight()));
        int wide = apart ? width : (int) Math.max(1, Math.round(both * image.getWidth()));
        BufferedImage scaled = opaque(image);
        while (scaled.getHeight() >= 2 * high || scaled.getWidth() >= 2 * wide) {
            // Bilinear interpolation sees four pixels: halving, they are all there are.
            scaled =
                    scaled(
                            scaled,
                            halved(scaled.getHeight(), high),
                            halved(scaled.getWidth(), wide));
        }
        BufferedImage fitted = canvas(height, width);
        Graphics2D g = graphics(fitted);
        g.drawImage(scaled, (width - wide) / 2, (height - high) / 2, wide, high, null);
        g.dispose();
        return fitted;
    }

    private static int halved(int length, int wanted) {
        return length >= 2 * wanted ? (length + 1) / 2 : length;
    }

    private BufferedImage scaled(BufferedImage image, int high, int wide) {
        BufferedImage scaled = canvas(high, wide);
        Graphics2D g = graphics(scaled);
        g.drawImage(image, 0, 0, wide, high, null);
        g.dispose();
        return scaled;
    }

    /** In RGB, with the background where it is transparent. */
    private BufferedImage opaque(BufferedImage image) {
        return scaled(image, image.getHeight(), image.getWidth());
    }

    private BufferedImage canvas(int high, int wide) {
        BufferedImage canvas = new BufferedImage(wide, high, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = canvas.createGraphics();
        g.setColor(background);
        g.fillRect(0, 0, wide, high);
        g.dispose();
        return canvas;
    }

    private static Graphics2D graphics(BufferedImage image) {
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        return g;
    }

    /** Settings of an {@link ImageLoader}. */
    public static final class Builder {
        private final int height;
        private final int width;
        private int channels = 3;
        private boolean sameChannels;
        private ImageFit fit = ImageFit.CROP;
        private ImageLimits limits = ImageLimits.defaults();
        private int background = 0xffffff;

        /**
         * @param height of the arrays in pixels
         * @param width of the arrays in pixels
         */
        public Builder(int height, int width) {
            this.height = Ensure.atLeast(1, "height", height);
            this.width = Ensure.atLeast(1, "width", width);
        }

        /** Channels of the arrays: 3 for color (default), 1 for gray. */
        public Builder channels(int channels) {
            this.channels = Ensure.channels(channels);
            return this;
        }

        /**
         * Whether files must have as many color channels (transparency aside); by default gray
         * pictures are given three equal channels and colored ones made gray as needed.
         */
        public Builder sameChannels(boolean sameChannels) {
            this.sameChannels = sameChannels;
            return this;
        }

        /** How pictures of other shapes come to the size, default {@link ImageFit#CROP}. */
        public Builder fit(ImageFit fit) {
            this.fit = fit;
            return this;
        }

        /** The largest picture that is decoded. */
        public Builder limits(ImageLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Red, green and blue behind transparent pixels and beside padded pictures; white. */
        public Builder background(int background) {
            this.background = background;
            return this;
        }

        /** The loader. */
        public ImageLoader build() {
            return new ImageLoader(this);
        }
    }
}
