package org.dl4jplugins.mtl.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures with several labels per pixel, from the folder layout in which NYUv2 and CityScapes are
 * passed around for multi-task learning: {@code image/0.npy}, {@code label/0.npy}, {@code
 * depth/0.npy}, {@code normal/0.npy} and so on, below one folder for training and one for
 * validation. Files may be {@code .npy} ([height, width, channels], or channels first, or [height,
 * width]) or pictures that {@code javax.imageio} reads (PNG of 8 or 16 bits, JPEG); the files of
 * one example have the same name up to the ending.
 *
 * <pre>{@code
 * MultiDataSetIterator nyu = new DenseFolderIterator.Builder(Path.of("nyuv2/train"))
 *         .target(DenseTarget.classes("label", 13))
 *         .target(DenseTarget.values("depth", 1))
 *         .target(DenseTarget.values("normal", 3))
 *         .batch(2).build();
 * }</pre>
 *
 * <p>Features: one array [batch, channels, height, width]; {@code .npy} values as stored, other
 * pictures in [0, 1]. Labels: one array [batch, target's channels, height, width] per target, in
 * the order given, with a mask [batch, 1, height, width] that is 0 where there is no label. Files
 * are read batch by batch. Resizing is bilinear for pictures and takes the nearest pixel for
 * labels; depths are not rescaled.
 */
public final class DenseFolderIterator extends EpochIterator {

    private final File[][] files;
    private final List<DenseTarget> targets;
    private final int channels;
    private final int[] size;

    private DenseFolderIterator(Builder builder, List<List<Path>> files) {
        super(files.size(), builder);
        this.files =
                files.stream()
                        .map(example -> example.stream().map(Path::toFile).toArray(File[]::new))
                        .toArray(File[][]::new);
        targets = List.copyOf(builder.targets);
        channels = builder.channels;
        size = builder.size;
    }

    @Override
    protected MultiDataSet load(int[] numbers) throws IOException {
        int height = 0;
        int width = 0;
        int batch = numbers.length;
        float[] pixels = null;
        float[][] labels = new float[targets.size()][];
        float[][] masks = new float[targets.size()][];
        for (int i = 0; i < batch; i++) {
            File[] example = files[numbers[i]];
            Planes picture = Planes.picture(example[0].toPath(), channels);
            if (size != null) {
                picture = picture.bilinear(size[0], size[1]);
            }
            if (i == 0) {
                height = picture.height();
                width = picture.width();
                pixels = new float[batch * channels * height * width];
            }
            requireSize(picture, example[0].toPath(), height, width);
            System.arraycopy(
                    picture.values(),
                    0,
                    pixels,
                    i * channels * height * width,
                    picture.values().length);
            for (int t = 0; t < labels.length; t++) {
                DenseTarget target = targets.get(t);
                Path file = example[t + 1].toPath();
                Planes planes = target.read(file, size);
                requireSize(planes, file, height, width);
                if (i == 0) {
                    labels[t] = new float[batch * target.channels() * height * width];
                    masks[t] = new float[batch * height * width];
                }
                target.write(planes, file, i, labels[t], masks[t]);
            }
        }
        INDArray[] labelArrays = new INDArray[labels.length];
        INDArray[] maskArrays = new INDArray[labels.length];
        for (int t = 0; t < labels.length; t++) {
            labelArrays[t] = array(labels[t], batch, targets.get(t).channels(), height, width);
            maskArrays[t] = array(masks[t], batch, 1, height, width);
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {array(pixels, batch, channels, height, width)},
                labelArrays,
                null,
                maskArrays);
    }

    private static void requireSize(Planes planes, Path file, int height, int width)
            throws MalformedFileException {
        if (planes.height() != height || planes.width() != width) {
            throw new MalformedFileException(
                    file
                            + ": "
                            + planes.height()
                            + " x "
                            + planes.width()
                            + " pixels beside "
                            + height
                            + " x "
                            + width
                            + " in the same batch; set a size");
        }
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    /** Settings of a {@link DenseFolderIterator}; 8 pictures per batch by default. */
    public static final class Builder extends EpochIterator.Builder<Builder> {

        private static final Comparator<String> NUMBERS_BY_VALUE =
                Comparator.comparing((String name) -> !name.matches("\\d{1,18}"))
                        .thenComparing(name -> name.matches("\\d{1,18}") ? Long.parseLong(name) : 0)
                        .thenComparing(Comparator.naturalOrder());

        private final Path folder;
        private final List<DenseTarget> targets = new ArrayList<>();
        private String image = "image";
        private int channels = 3;
        private int[] size;

        /**
         * @param folder of one part, such as {@code nyuv2/train}, which holds one folder for the
         *     pictures and one for each target
         */
        public Builder(Path folder) {
            super(8);
            this.folder = folder;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /** Name of the pictures' folder, default {@code image}. */
        public Builder image(String image) {
            this.image = image;
            return this;
        }

        /** Channels of the pictures: 3 for color (default), 1 for gray. */
        public Builder channels(int channels) {
            this.channels = channels;
            return this;
        }

        /** Adds a label; the order is that of the network's outputs. */
        public Builder target(DenseTarget target) {
            targets.add(target);
            return this;
        }

        /** Resizes everything; by default sizes are left as they are and must be equal. */
        public Builder size(int height, int width) {
            require(height >= 1 && width >= 1, "size", height + " x " + width, "1 x 1 or more");
            size = new int[] {height, width};
            return this;
        }

        /**
         * The iterator, at the start of epoch 0. Lists the folders, reads no file.
         *
         * @throws IllegalArgumentException naming the setting that is wrong, or if folders have
         *     different numbers of files
         * @throws IOException if a folder or the label of a picture is missing
         */
        public DenseFolderIterator build() throws IOException {
            require(!targets.isEmpty(), "targets", targets, "at least one");
            require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
            Map<String, Path> pictures = list(folder.resolve(image));
            List<List<Path>> files = new ArrayList<>();
            pictures.values().forEach(picture -> files.add(new ArrayList<>(List.of(picture))));
            for (DenseTarget target : targets) {
                Path labelFolder = folder.resolve(target.folder());
                Map<String, Path> labels = list(labelFolder);
                int example = 0;
                for (Map.Entry<String, Path> picture : pictures.entrySet()) {
                    Path label = labels.get(picture.getKey());
                    if (label == null) {
                        throw new IOException(
                                labelFolder.resolve(picture.getKey() + ".*")
                                        + " is missing for "
                                        + picture.getValue());
                    }
                    files.get(example++).add(label);
                }
                if (labels.size() != pictures.size()) {
                    throw new IllegalArgumentException(
                            "Mismatched example counts: "
                                    + folder.resolve(image)
                                    + " has "
                                    + pictures.size()
                                    + " files, "
                                    + labelFolder
                                    + " has "
                                    + labels.size());
                }
            }
            return new DenseFolderIterator(this, files);
        }

        private static Map<String, Path> list(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) {
                throw new IOException("Folder " + folder + " does not exist");
            }
            Map<String, Path> byName = new TreeMap<>(NUMBERS_BY_VALUE);
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path file : (Iterable<Path>) entries.sorted()::iterator) {
                    String name = file.getFileName().toString();
                    int dot = name.lastIndexOf('.');
                    if (name.startsWith(".") || dot < 0 || !Files.isRegularFile(file)) {
                        continue;
                    }
                    Path other = byName.put(name.substring(0, dot), file);
                    if (other != null) {
                        throw new IOException(file + " and " + other + " have the same name");
                    }
                }
            }
            return byName;
        }
    }
}
