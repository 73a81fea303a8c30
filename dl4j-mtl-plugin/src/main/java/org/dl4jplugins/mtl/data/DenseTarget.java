package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * One label per pixel, read from a folder with one file per picture: class numbers, which become
 * one-hot, or measured values such as depth and normals. A pixel without a label becomes a vector
 * of zeros with mask 0. Immutable.
 */
public final class DenseTarget implements Serializable {

    private final String folder;
    private final int channels;
    private final boolean classes;
    private final int ignored;
    private final double scale;
    private final double offset;

    private DenseTarget(
            String folder,
            int channels,
            boolean classes,
            int ignored,
            double scale,
            double offset) {
        if (folder == null || folder.isBlank()) {
            throw new IllegalArgumentException("folder must not be empty");
        }
        if (channels < 1) {
            throw new IllegalArgumentException(
                    (classes ? "classes" : "channels") + " must be 1 or more, got " + channels);
        }
        if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
            throw new IllegalArgumentException(
                    "scale must be finite and not 0, offset finite, got " + scale + ", " + offset);
        }
        this.folder = folder;
        this.channels = channels;
        this.classes = classes;
        this.ignored = ignored;
        this.scale = scale;
        this.offset = offset;
    }

    /**
     * Class numbers 0 to classes - 1; negative numbers mean: not labeled.
     *
     * @param folder name of the folder beside that of the pictures
     */
    public static DenseTarget classes(String folder, int classes) {
        return classes(folder, classes, -1);
    }

    /**
     * Class numbers 0 to classes - 1; negative numbers and {@code ignored} mean: not labeled.
     *
     * @param folder name of the folder beside that of the pictures
     * @param ignored such as 255 in 8-bit pictures
     */
    public static DenseTarget classes(String folder, int classes, int ignored) {
        return new DenseTarget(folder, classes, true, ignored, 1, 0);
    }

    /**
     * Values as stored; a pixel whose stored values are all 0, or one of whose is not finite, has
     * no measurement.
     *
     * @param folder name of the folder beside that of the pictures
     * @param channels 1 for depth, 3 for normals
     */
    public static DenseTarget values(String folder, int channels) {
        return values(folder, channels, 1, 0);
    }

    /**
     * Values that are stored * scale + offset, for numbers kept in pictures: millimeters of depth
     * become meters by scale 0.001, normals in 8 bits by scale 2/255.0 and offset -1. Pixels
     * without a measurement are found in the stored values, as with {@link #values(String, int)}.
     *
     * @param folder name of the folder beside that of the pictures
     * @param channels 1 for depth, 3 for normals
     */
    public static DenseTarget values(String folder, int channels, double scale, double offset) {
        return new DenseTarget(folder, channels, false, -1, scale, offset);
    }

    /** Name of the folder. */
    public String folder() {
        return folder;
    }

    /** Channels of the label array: the number of classes, or of values per pixel. */
    public int channels() {
        return channels;
    }

    /** What the file holds, scaled to a size by the nearest pixel if one is given. */
    Planes read(Path file, int[] size) throws IOException {
        Planes planes = Planes.numbers(file, classes ? 1 : channels);
        return size == null ? planes : planes.nearest(size[0], size[1]);
    }

    /**
     * Writes one picture's labels and mask into those of a batch.
     *
     * @param labels [batch, channels, height, width]
     * @param mask [batch, 1, height, width]
     */
    void write(Planes planes, Path file, int example, float[] labels, float[] mask)
            throws MalformedFileException {
        int area = planes.height() * planes.width();
        int start = example * channels * area;
        for (int p = 0; p < area; p++) {
            boolean valid;
            if (classes) {
                float number = planes.values()[p];
                valid = number >= 0 && number != ignored;
                if (valid) {
                    if (number >= channels || number != (int) number) {
                        throw new MalformedFileException(
                                file
                                        + ": class "
                                        + number
                                        + " in row "
                                        + p / planes.width()
                                        + ", column "
                                        + p % planes.width()
                                        + ", expected a whole number below "
                                        + channels);
                    }
                    labels[start + (int) number * area + p] = 1;
                }
            } else {
                valid = measured(planes.values(), p, area);
                for (int c = 0; c < channels && valid; c++) {
                    labels[start + c * area + p] =
                            (float) (planes.values()[c * area + p] * scale + offset);
                }
            }
            mask[example * area + p] = valid ? 1 : 0;
        }
    }

    private boolean measured(float[] values, int pixel, int area) {
        boolean measured = false;
        for (int c = 0; c < channels; c++) {
            float value = values[c * area + pixel];
            if (!Float.isFinite(value)) {
                return false;
            }
            measured |= value != 0;
        }
        return measured;
    }
}
