package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.loss.NormalsLoss;
import org.dl4jplugins.mtl.loss.PixelMeanLoss;
import org.dl4jplugins.mtl.metric.DepthEvaluation;
import org.dl4jplugins.mtl.metric.NormalsEvaluation;
import org.dl4jplugins.mtl.metric.SegmentationEvaluation;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class DenseFolderIteratorTest {

    @TempDir Path folder;

    private static DenseTarget[] nyu() {
        return new DenseTarget[] {
            DenseTarget.classes("label", 3),
            DenseTarget.values("depth", 1),
            DenseTarget.values("normal", 3)
        };
    }

    private DenseFolderIterator.Builder builder(DenseTarget... targets) {
        DenseFolderIterator.Builder builder =
                new DenseFolderIterator.Builder(folder).shuffle(false).batch(2);
        for (DenseTarget target : targets) {
            builder.target(target);
        }
        return builder;
    }

    /** One picture of 1 x 2 pixels: the first with every label, the second with none. */
    private void writeTiny() throws IOException {
        Npy.write(folder.resolve("image/0.npy"), "(1, 2, 3)", .1f, .2f, .3f, .4f, .5f, .6f);
        Npy.write(folder.resolve("label/0.npy"), "(1, 2)", 2, -1);
        Npy.write(folder.resolve("depth/0.npy"), "(1, 2, 1)", 2.5f, 0);
        Npy.write(folder.resolve("normal/0.npy"), "(1, 2, 3)", 0, .6f, -.8f, 0, 0, 0);
    }

    @Test
    void readsTheUsualLayout() throws IOException {
        writeTiny();
        DenseFolderIterator data = builder(nyu()).build();
        DenseFolderIterator copy = SerializationUtils.clone(data);
        MultiDataSet batch = data.next();
        assertEquals(batch.getLabels(2), copy.next().getLabels(2));
        assertArrayEquals(new long[] {1, 3, 1, 2}, batch.getFeatures(0).shape());
        assertArrayEquals(
                new float[] {.1f, .4f, .2f, .5f, .3f, .6f}, batch.getFeatures(0).data().asFloat());
        assertArrayEquals(new long[] {1, 3, 1, 2}, batch.getLabels(0).shape());
        assertArrayEquals(new float[] {0, 0, 0, 0, 1, 0}, batch.getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {2.5f, 0}, batch.getLabels(1).data().asFloat());
        assertArrayEquals(new float[] {0, 0, .6f, 0, -.8f, 0}, batch.getLabels(2).data().asFloat());
        for (int task = 0; task < 3; task++) {
            assertArrayEquals(new long[] {1, 1, 1, 2}, batch.getLabelsMaskArray(task).shape());
            assertArrayEquals(new float[] {1, 0}, batch.getLabelsMaskArray(task).data().asFloat());
        }
    }

    @Test
    void missingMeasurementsThatAreNotFiniteNeverReachTheLabels() throws IOException {
        writeTiny();
        Npy.write(folder.resolve("depth/0.npy"), "(1, 2, 1)", Float.NaN, 1);
        MultiDataSet batch = builder(DenseTarget.values("depth", 1)).build().next();
        assertArrayEquals(new float[] {0, 1}, batch.getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {0, 1}, batch.getLabelsMaskArray(0).data().asFloat());
    }

    @Test
    void readsPicturesOf8And16BitsAndResizes() throws IOException {
        BufferedImage color = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
        BufferedImage classes = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage depth = new BufferedImage(4, 2, BufferedImage.TYPE_USHORT_GRAY);
        BufferedImage normals = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 4; x++) {
            for (int y = 0; y < 2; y++) {
                color.setRGB(x, y, x * 60 << 16 | y * 100 << 8 | 255);
                classes.getRaster().setSample(x, y, 0, x < 2 ? 1 : y == 0 ? 0 : 255);
                depth.getRaster().setSample(x, y, 0, 1000 * x + 500);
                normals.setRGB(x, y, x == 3 ? 0 : 255 << 16 | 51);
            }
        }
        write("image", color);
        write("seg", classes);
        write("depth", depth);
        write("normal", normals);
        DenseTarget[] targets = {
            DenseTarget.classes("seg", 2, 255),
            DenseTarget.values("depth", 1, 0.001, 0),
            DenseTarget.values("normal", 3, 2 / 255.0, -1)
        };
        MultiDataSet batch = builder(targets).build().next();
        assertEquals(180 / 255.0, batch.getFeatures(0).getDouble(0, 0, 0, 3), 1e-6);
        assertEquals(100 / 255.0, batch.getFeatures(0).getDouble(0, 1, 1, 3), 1e-6);
        assertEquals(1, batch.getFeatures(0).getDouble(0, 2, 0, 0), 1e-6);
        assertEquals(1, batch.getLabels(0).getDouble(0, 1, 0, 1));
        assertEquals(1, batch.getLabels(0).getDouble(0, 0, 0, 2));
        assertEquals(0, batch.getLabelsMaskArray(0).getDouble(0, 0, 1, 3));
        assertEquals(3.5, batch.getLabels(1).getDouble(0, 0, 0, 3), 1e-6);
        assertEquals(1, batch.getLabels(2).getDouble(0, 0, 0, 0), 1e-6);
        assertEquals(-1, batch.getLabels(2).getDouble(0, 1, 0, 0), 1e-6);
        assertEquals(-0.6, batch.getLabels(2).getDouble(0, 2, 0, 0), 1e-6);
        assertEquals(0, batch.getLabels(2).getDouble(0, 0, 0, 3));
        assertEquals(0, batch.getLabelsMaskArray(2).getDouble(0, 0, 0, 3));

        MultiDataSet half = builder(targets).size(1, 2).build().next();
        assertArrayEquals(new long[] {1, 3, 1, 2}, half.getFeatures(0).shape());
        // A new pixel lies between four old ones: 0, 60 and 120, 180 in red.
        assertEquals(30 / 255.0, half.getFeatures(0).getDouble(0, 0, 0, 0), 1e-6);
        assertEquals(150 / 255.0, half.getFeatures(0).getDouble(0, 0, 0, 1), 1e-6);
        assertEquals(1.5, half.getLabels(1).getDouble(0, 0, 0, 0), 1e-6);
        assertEquals(3.5, half.getLabels(1).getDouble(0, 0, 0, 1), 1e-6);

        MultiDataSet gray = builder(targets).channels(1).build().next();
        assertEquals(
                (0.299 * 60 + 0.587 * 100 + 0.114 * 255) / 255,
                gray.getFeatures(0).getDouble(0, 0, 1, 1),
                1e-5);
    }

    private void write(String name, BufferedImage image) throws IOException {
        Files.createDirectories(folder.resolve(name));
        assertTrue(ImageIO.write(image, "png", folder.resolve(name + "/street_1.png").toFile()));
    }

    @Test
    void filesComeInNumericalOrder() throws IOException {
        for (int i : new int[] {10, 9, 2}) {
            Npy.write(folder.resolve("image/" + i + ".npy"), "(1, 1, 3)", i, 0, 0);
            Npy.write(folder.resolve("depth/" + i + ".npy"), "(1, 1)", i);
        }
        DenseFolderIterator data = builder(DenseTarget.values("depth", 1)).build();
        assertEquals(3, data.examples());
        assertArrayEquals(new float[] {2, 9}, data.next().getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {10}, data.next().getLabels(0).data().asFloat());
    }

    @Test
    void whatIsWrongIsNamedWithItsFile() throws IOException {
        writeTiny();
        Npy.write(folder.resolve("label/0.npy"), "(1, 2)", 3, 0);
        refusedOnRead("class 3.0 in row 0, column 0", folder.resolve("label/0.npy"));
        Npy.write(folder.resolve("label/0.npy"), "(1, 2)", 0.5f, 0);
        refusedOnRead("class 0.5", folder.resolve("label/0.npy"));
        Npy.write(folder.resolve("label/0.npy"), "(2, 1)", 0, 0);
        refusedOnRead("2 x 1 pixels", folder.resolve("label/0.npy"));
        Npy.write(folder.resolve("label/0.npy"), "(2, 2, 7)", new float[28]);
        refusedOnRead("[2, 2, 7]", folder.resolve("label/0.npy"));
        Npy.write(folder.resolve("label/0.npy"), "(1, 2)", 0, 0);

        Npy.write(folder.resolve("label/1.npy"), "(1, 2)", 0, 0);
        String counts =
                assertThrows(IllegalArgumentException.class, () -> builder(nyu()).build())
                        .getMessage();
        assertTrue(counts.contains("1 files") && counts.contains("has 2"), counts);
        Files.delete(folder.resolve("label/1.npy"));

        Files.move(folder.resolve("depth/0.npy"), folder.resolve("depth/7.npy"));
        String missing = assertThrows(IOException.class, () -> builder(nyu()).build()).getMessage();
        assertTrue(missing.contains(folder.resolve("depth/0") + ".*"), missing);
        assertThrows(IOException.class, () -> builder(DenseTarget.values("elevation", 1)).build());
        assertThrows(IllegalArgumentException.class, () -> builder().build());

        Files.write(folder.resolve("image/0.png"), new byte[] {1, 2, 3});
        assertThrows(IOException.class, () -> builder(nyu()).build()); // 0.npy and 0.png
        Files.delete(folder.resolve("image/0.npy"));
        Npy.write(folder.resolve("depth/0.npy"), "(1, 2)", 0, 0);
        Files.delete(folder.resolve("depth/7.npy"));
        refusedOnRead("not a picture", folder.resolve("image/0.png"));
    }

    private void refusedOnRead(String hint, Path file) throws IOException {
        DenseFolderIterator data = builder(nyu()).build();
        UncheckedIOException error = assertThrows(UncheckedIOException.class, data::next);
        assertTrue(error.getMessage().contains(hint), error.getMessage());
        assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }

    /**
     * Class, depth and normal follow from the colors, so a small network must learn all three from
     * the files, with holes in the labels, and be scored by the evaluations.
     */
    @Test
    void aNetworkLearnsFromTheFiles() throws IOException {
        int side = 6;
        Random random = new Random(4);
        for (int i = 0; i < 12; i++) {
            float[] image = new float[side * side * 3];
            float[] label = new float[side * side];
            float[] depth = new float[side * side];
            float[] normal = new float[side * side * 3];
            for (int p = 0; p < side * side; p++) {
                int kind = random.nextInt(3);
                image[3 * p + kind] = 1;
                boolean hole = random.nextInt(5) == 0;
                label[p] = hole ? -1 : kind;
                depth[p] = hole ? 0 : 1 + kind;
                normal[3 * p + kind] = hole ? 0 : 1;
            }
            String square = "(6, 6)";
            Npy.write(folder.resolve("image/" + i + ".npy"), "(6, 6, 3)", image);
            Npy.write(folder.resolve("label/" + i + ".npy"), square, label);
            Npy.write(folder.resolve("depth/" + i + ".npy"), square, depth);
            Npy.write(folder.resolve("normal/" + i + ".npy"), "(6, 6, 3)", normal);
        }
        ComputationGraph graph = network(side);
        DenseFolderIterator data = builder(nyu()).shuffle(true).batch(4).build();
        TaskEvaluator evaluator =
                new TaskEvaluator.Builder()
                        .task(
                                "classes",
                                new SegmentationEvaluation(3),
                                SegmentationEvaluation.Metric.values())
                        .task("depth", new DepthEvaluation(), DepthEvaluation.Metric.values())
                        .task("normals", new NormalsEvaluation(), NormalsEvaluation.Metric.values())
                        .build();
        TaskScores untrained = evaluator.evaluate(graph, data);
        graph.fit(data, 40);
        TaskScores trained = evaluator.evaluate(graph, data);
        assertTrue(untrained.value("classes", "MEAN_IOU").value() < 0.6, untrained.toString());
        assertTrue(trained.value("classes", "MEAN_IOU").value() > 0.95, trained.toString());
        assertTrue(trained.value("depth", "ABSOLUTE_ERROR").value() < 0.15, trained.toString());
        assertTrue(trained.value("normals", "MEAN_ANGLE").value() < 10, trained.toString());
    }

    private static ComputationGraph network(int side) {
        var builder =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .updater(new Adam(0.03))
                        .convolutionMode(ConvolutionMode.Same)
                        .graphBuilder()
                        .addInputs("image")
                        .setInputTypes(InputType.convolutional(side, side, 3))
                        .addLayer("shared", convolution(8, Activation.RELU), "image");
        List<ILossFunction> losses = List.of(new LossMCXENT(), new LossL1(), new NormalsLoss());
        List<String> names = List.of("classes", "depth", "normals");
        int[] channels = {3, 1, 3};
        for (int t = 0; t < 3; t++) {
            String head = names.get(t) + "Head";
            builder.addLayer(head, convolution(channels[t], Activation.IDENTITY), "shared")
                    .addLayer(
                            names.get(t),
                            new CnnLossLayer.Builder(new PixelMeanLoss(losses.get(t), side, side))
                                    .activation(t == 0 ? Activation.SOFTMAX : Activation.IDENTITY)
                                    .build(),
                            head);
        }
        ComputationGraph graph =
                new ComputationGraph(builder.setOutputs(names.toArray(String[]::new)).build());
        graph.init();
        return graph;
    }

    private static ConvolutionLayer convolution(int channels, Activation activation) {
        return new ConvolutionLayer.Builder(1, 1).nOut(channels).activation(activation).build();
    }
}
