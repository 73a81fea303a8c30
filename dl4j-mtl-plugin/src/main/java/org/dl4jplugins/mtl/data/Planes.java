package org.dl4jplugins.mtl.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A picture or a dense label, [channel, row, column].
 *
 * @param values last axis fastest
 */
record Planes(int channels, int height, int width, float[] values) {

    /** A header that claims more is taken for damage, before memory is reserved. */
    private static final long MAX_PIXELS = 1 << 26;

    /**
     * Reads a color or gray picture: {@code .npy} values as stored, other formats in [0, 1].
     *
     * @param channels 1 (gray) or 3 (red, green, blue)
     */
    static Planes picture(Path file, int channels) throws IOException {
        if (isNpy(file)) {
            return npy(file, channels);
        }
        BufferedImage image = image(file);
        int width = image.getWidth();
        int height = image.getHeight();
        float[] values = new float[channels * height * width];
        if (channels == 1 && image.getRaster().getNumBands() == 1 && !indexed(image)) {
            double scale = 1 / (Math.pow(2, image.getColorModel().getComponentSize(0)) - 1);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (image.getRaster().getSample(i % width, i / width, 0) * scale);
            }
            return new Planes(1, height, width, values);
        }
        for (int i = 0; i < height * width; i++) {
            int rgb = image.getRGB(i % width, i / width);
            int red = rgb >> 16 & 0xff;
            int green = rgb >> 8 & 0xff;
            int blue = rgb & 0xff;
            if (channels == 1) {
                values[i] = (0.299f * red + 0.587f * green + 0.114f * blue) / 255;
            } else {
                values[i] = red / 255f;
                values[height * width + i] = green / 255f;
                values[2 * height * width + i] = blue / 255f;
            }
        }
        return new Planes(channels, height, width, values);
    }

    /** Reads numbers as they are stored, from {@code .npy} or from the samples of a picture. */
    static Planes numbers(Path file, int channels) throws IOException {
        if (isNpy(file)) {
            return npy(file, channels);
        }
        Raster raster = image(file).getRaster();
        if (raster.getNumBands() < channels) {
            throw new MalformedFileException(
                    file + ": has " + raster.getNumBands() + " channels, " + channels + " needed");
        }
        int width = raster.getWidth();
        int area = width * raster.getHeight();
        float[] values = new float[channels * area];
        for (int i = 0; i < values.length; i++) {
            int at = i % area;
            values[i] = raster.getSample(at % width, at / width, i / area);
        }
        return new Planes(channels, raster.getHeight(), width, values);
    }

    private static boolean indexed(BufferedImage image) {
        return image.getColorModel() instanceof java.awt.image.IndexColorModel;
    }

    private static boolean isNpy(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("File " + file + " does not exist");
        }
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    private static BufferedImage image(Path file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new MalformedFileException(file + ": not a picture that can be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new MalformedFileException(
                            file + ": claims " + pixels + " pixels, more than " + MAX_PIXELS);
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (MalformedFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new MalformedFileException(file + ": damaged picture: " + e.getMessage(), e);
        }
    }

    /** [height, width] if there is one channel, [height, width, channel] or channel first. */
    private static Planes npy(Path file, int channels) throws IOException {
        NpyArray array = NpyArray.read(file);
        int[] shape = array.shape();
        if (shape.length == 2 && channels == 1) {
            return new Planes(1, shape[0], shape[1], array.values());
        }
        if (shape.length == 3 && shape[2] == channels) {
            int area = shape[0] * shape[1];
            float[] values = new float[array.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i % channels * area + i / channels] = array.values()[i];
            }
            return new Planes(channels, shape[0], shape[1], values);
        }
        if (shape.length == 3 && shape[0] == channels) {
            return new Planes(channels, shape[1], shape[2], array.values());
        }
        throw new MalformedFileException(
                file
                        + ": shape "
                        + Arrays.toString(shape)
                        + " is not [height, width, channels] with "
                        + channels
                        + (channels == 1 ? " channel" : " channels"));
    }

    /** Scaled by bilinear interpolation between pixel centers. */
    Planes bilinear(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        float[] scaled = new float[channels * newHeight * newWidth];
        for (int i = 0; i < scaled.length; i++) {
            int plane = i / (newHeight * newWidth) * height * width;
            double y = center(i / newWidth % newHeight, newHeight, height);
            double x = center(i % newWidth, newWidth, width);
            int top = (int) y;
            int left = (int) x;
            int bottom = Math.min(top + 1, height - 1);
            int right = Math.min(left + 1, width - 1);
            double below = y - top;
            double beside = x - left;
            scaled[i] =
                    (float)
                            ((1 - below)
                                            * ((1 - beside) * values[plane + top * width + left]
                                                    + beside * values[plane + top * width + right])
                                    + below
                                            * ((1 - beside) * values[plane + bottom * width + left]
                                                    + beside
                                                            * values[
                                                                    plane
                                                                            + bottom * width
                                                                            + right]));
        }
        return new Planes(channels, newHeight, newWidth, scaled);
    }

    private static double center(int at, int newLength, int length) {
        double center = (at + 0.5) * length / newLength - 0.5;
        return Math.max(0, Math.min(length - 1, center));
    }

    /** Scaled by taking the nearest pixel. */
    Planes nearest(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        float[] scaled = new float[channels * newHeight * newWidth];
        for (int i = 0; i < scaled.length; i++) {
            int plane = i / (newHeight * newWidth) * height * width;
            int y = (int) ((i / newWidth % newHeight + 0.5) * height / newHeight);
            int x = (int) ((i % newWidth + 0.5) * width / newWidth);
            scaled[i] = values[plane + y * width + x];
        }
        return new Planes(channels, newHeight, newWidth, scaled);
    }
}
