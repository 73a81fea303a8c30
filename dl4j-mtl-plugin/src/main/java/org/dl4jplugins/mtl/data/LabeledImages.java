package org.dl4jplugins.mtl.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MathArrays;

/**
 * Gray pictures of one size, each with a class number, as read from a pair of IDX files. Immutable;
 * selections share the pixels.
 */
public final class LabeledImages implements Serializable {

    private final IdxArray images;
    private final IdxArray labels;
    private final int[] index;
    private final int classes;

    /** Two disjoint parts of a set of pictures, each in the order of the whole. */
    public record Split(LabeledImages first, LabeledImages second) {}

    /**
     * @param images [picture, row, column]
     * @param labels [picture]
     * @throws IllegalArgumentException if the numbers of axes are others, or there are not as many
     *     labels as pictures
     */
    public LabeledImages(IdxArray images, IdxArray labels) {
        if (images.rank() != 3 || labels.rank() != 1) {
            throw new IllegalArgumentException(
                    "Expected pictures with 3 axes and labels with 1, got "
                            + images.name()
                            + " with "
                            + images.rank()
                            + " and "
                            + labels.name()
                            + " with "
                            + labels.rank());
        }
        if (images.items() != labels.items()) {
            throw new IllegalArgumentException(
                    "Mismatched example counts: "
                            + images.name()
                            + " has "
                            + images.items()
                            + " pictures, "
                            + labels.name()
                            + " has "
                            + labels.items()
                            + " labels");
        }
        this.images = images;
        this.labels = labels;
        index = IntStream.range(0, images.items()).toArray();
        classes = 1 + IntStream.of(index).map(i -> labels.value(i, 0)).max().orElse(0);
    }

    private LabeledImages(LabeledImages whole, int[] index) {
        images = whole.images;
        labels = whole.labels;
        classes = whole.classes;
        this.index = index;
    }

    /**
     * Reads {@code <prefix>-images-idx3-ubyte} and {@code <prefix>-labels-idx1-ubyte}, each with or
     * without {@code .gz}, the names under which MNIST and Fashion-MNIST come.
     *
     * @param prefix {@code train} or {@code t10k}
     * @throws IOException if a file is missing or damaged
     * @throws IllegalArgumentException if there are not as many labels as pictures
     */
    public static LabeledImages read(Path folder, String prefix) throws IOException {
        return new LabeledImages(
                IdxArray.read(find(folder, prefix + "-images-idx3-ubyte")),
                IdxArray.read(find(folder, prefix + "-labels-idx1-ubyte")));
    }

    private static Path find(Path folder, String name) throws IOException {
        for (String suffix : List.of("", ".gz")) {
            Path file = folder.resolve(name + suffix);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        throw new IOException("Neither " + folder.resolve(name) + " nor " + name + ".gz exists");
    }

    /** Number of pictures. */
    public int size() {
        return index.length;
    }

    /** Height of a picture in pixels. */
    public int rows() {
        return images.shape()[1];
    }

    /** Width of a picture in pixels. */
    public int columns() {
        return images.shape()[2];
    }

    /** Largest class number of the files plus one. */
    public int classes() {
        return classes;
    }

    /** Class number of picture {@code i}. */
    public int label(int i) {
        return labels.value(index[i], 0);
    }

    /**
     * A pixel of picture {@code i}, 0 to 255.
     *
     * @param position row * columns + column
     */
    public int pixel(int i, int position) {
        return images.value(index[i], position);
    }

    /** The pictures with these indices, in this order. */
    public LabeledImages select(int... indices) {
        return new LabeledImages(this, IntStream.of(indices).map(i -> index[i]).toArray());
    }

    /**
     * Splits at random into two disjoint parts, for a validation set that shares no picture with
     * the training set.
     *
     * @param fraction share of the first part, above 0 and below 1
     * @param seed equal seeds give equal splits
     * @throws IllegalArgumentException if a part would be empty
     */
    public Split split(double fraction, long seed) {
        int first = (int) Math.round(fraction * size());
        if (!(fraction > 0 && fraction < 1) || first == 0 || first == size()) {
            throw new IllegalArgumentException(
                    "fraction must leave pictures in both parts of "
                            + size()
                            + " pictures, got "
                            + fraction);
        }
        int[] order = IntStream.range(0, size()).toArray();
        MathArrays.shuffle(order, Seeds.generator(seed, 2));
        return new Split(
                select(IntStream.of(order).limit(first).sorted().toArray()),
                select(IntStream.of(order).skip(first).sorted().toArray()));
    }

    /**
     * The first pictures of every class, equally many of each, in the order of the files.
     *
     * @param count number of pictures, a multiple of {@link #classes()}
     * @throws IllegalArgumentException if count is not such a multiple or a class has too few
     */
    public LabeledImages balanced(int count) {
        if (count < classes || count % classes != 0) {
            throw new IllegalArgumentException(
                    "count must be a positive multiple of " + classes + ", got " + count);
        }
        int[] taken = new int[classes];
        List<Integer> chosen = new ArrayList<>(count);
        for (int i = 0; i < size() && chosen.size() < count; i++) {
            if (taken[label(i)] < count / classes) {
                taken[label(i)]++;
                chosen.add(i);
            }
        }
        if (chosen.size() < count) {
            throw new IllegalArgumentException(
                    "Some class has fewer than " + count / classes + " pictures");
        }
        return select(chosen.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The pixels of this selection, [picture, row, column]. */
    public IdxArray toImages() {
        return images.select(index);
    }

    /** The class numbers of this selection, [picture]. */
    public IdxArray toLabels() {
        return labels.select(index);
    }
}
