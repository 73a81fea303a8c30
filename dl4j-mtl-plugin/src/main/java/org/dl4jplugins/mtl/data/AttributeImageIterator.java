package org.dl4jplugins.mtl.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures with yes-or-no attributes, one task per attribute or per group of attributes: CelebA.
 *
 * <pre>{@code
 * AttributeTable all = AttributeTable.read(Path.of("list_attr_celeba.txt"));
 * AttributeTable train = all.part(Path.of("list_eval_partition.txt"), 0);
 * MultiDataSetIterator data =
 *         new AttributeImageIterator.Builder(Path.of("img_align_celeba"), train, 64, 64).build();
 * }</pre>
 *
 * <p>Features: one array [batch, channels, height, width] in [0, 1], resized bilinearly. Labels:
 * one array [batch, attributes of the task] of 0 and 1 per task, for sigmoid with binary
 * cross-entropy. Pictures are read batch by batch.
 */
public final class AttributeImageIterator extends EpochIterator {

    private final File folder;
    private final AttributeTable table;
    private final int height;
    private final int width;
    private final int channels;
    private final int[][] outputs;

    private AttributeImageIterator(Builder builder, int[][] outputs) {
        super(builder.table.size(), builder);
        folder = builder.folder.toFile();
        table = builder.table;
        height = builder.height;
        width = builder.width;
        channels = builder.channels;
        this.outputs = outputs;
    }

    @Override
    protected MultiDataSet load(int[] numbers) throws IOException {
        int batch = numbers.length;
        int length = channels * height * width;
        float[] pixels = new float[batch * length];
        float[][] labels = new float[outputs.length][];
        for (int output = 0; output < outputs.length; output++) {
            labels[output] = new float[batch * outputs[output].length];
        }
        for (int i = 0; i < batch; i++) {
            Planes picture =
                    Planes.picture(new File(folder, table.file(numbers[i])).toPath(), channels)
                            .bilinear(height, width);
            System.arraycopy(picture.values(), 0, pixels, i * length, length);
            for (int output = 0; output < outputs.length; output++) {
                int[] attributes = outputs[output];
                for (int a = 0; a < attributes.length; a++) {
                    labels[output][i * attributes.length + a] =
                            table.has(numbers[i], attributes[a]) ? 1 : 0;
                }
            }
        }
        INDArray[] labelArrays = new INDArray[outputs.length];
        for (int output = 0; output < outputs.length; output++) {
            labelArrays[output] = array(labels[output], batch, outputs[output].length);
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {array(pixels, batch, channels, height, width)}, labelArrays);
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    /** Settings of an {@link AttributeImageIterator}; 64 pictures per batch by default. */
    public static final class Builder extends EpochIterator.Builder<Builder> {

        private final Path folder;
        private final AttributeTable table;
        private final int height;
        private final int width;
        private final List<List<String>> outputs = new ArrayList<>();
        private int channels = 3;

        /**
         * @param folder of the pictures
         * @param table their names and attributes
         * @param height to resize to
         * @param width to resize to
         */
        public Builder(Path folder, AttributeTable table, int height, int width) {
            super(64);
            require(height >= 1 && width >= 1, "size", height + " x " + width, "1 x 1 or more");
            this.folder = folder;
            this.table = table;
            this.height = height;
            this.width = width;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Adds a task of one or several attributes, in the order of the network's outputs; without
         * any call every attribute of the table is a task.
         */
        public Builder output(String... attributes) {
            require(attributes.length > 0, "attributes", "none", "at least one");
            outputs.add(List.of(attributes));
            return this;
        }

        /** Channels of the pictures: 3 for color (default), 1 for gray. */
        public Builder channels(int channels) {
            this.channels = channels;
            return this;
        }

        /**
         * The iterator, at the start of epoch 0. Reads no picture.
         *
         * @throws IllegalArgumentException naming the setting that is wrong or the attribute that
         *     does not exist
         */
        public AttributeImageIterator build() {
            require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
            List<List<String>> groups = outputs;
            if (groups.isEmpty()) {
                groups = table.attributes().stream().map(List::of).toList();
            }
            int[][] numbers =
                    groups.stream()
                            .map(group -> group.stream().mapToInt(table::attribute).toArray())
                            .toArray(int[][]::new);
            return new AttributeImageIterator(this, numbers);
        }
    }
}
