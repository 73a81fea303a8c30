package org.dl4jplugins.multimodal.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.BatteryCheck;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;

class ClipTest {
    private static final ClipConfig TINY =
            new ClipConfig.Builder()
                    .image(4, 2, new ClipTower(6, 10, 2, 1))
                    .text(11, 5, new ClipTower(8, 12, 2, 2))
                    .projection(4)
                    .build();

    private static NeuralNetConfiguration.Builder training(DataType type) {
        return new NeuralNetConfiguration.Builder().dataType(type).updater(new NoOp());
    }

    @Test
    void publishedSizes() {
        assertEquals(151_277_313, parameters(ClipConfig.vitB32()));
        assertEquals(427_616_513, parameters(ClipConfig.vitL14()));
    }

    private static long parameters(ClipConfig config) {
        return AutoencoderSizes.parameters(
                ClipParts.both(config, 0.07, new NeuralNetConfiguration.Builder()));
    }

    @Test
    void outputsAndGradientsArePyTorchs() throws IOException {
        Clip clip = Clip.create(TINY, training(DataType.DOUBLE));
        clip.load(Reference.file("clip_weights"));
        Map<String, INDArray> expected = Reference.tensors(Reference.file("clip_results"));
        INDArray ids = expected.get("ids");
        Reference.assertClose(
                expected.get("picture"),
                clip.imageEncoder().graph().outputSingle(expected.get("image")),
                1e-5,
                "picture");
        Reference.assertClose(expected.get("text"), clip.textEncoder().embed(ids), 1e-5, "text");
        Reference.assertClose(
                expected.get("states"), clip.textEncoder().states(ids), 1e-5, "states");

        ComputationGraph graph = clip.graph();
        graph.setInputs(expected.get("image"), ids);
        graph.setLabels(Nd4j.eye(3).castTo(DataType.DOUBLE));
        graph.setLayerMaskArrays(new INDArray[] {null, ClipInputs.mask(TINY, ids)}, null);
        graph.computeGradientAndScore();
        assertEquals(expected.get("loss").getDouble(0), graph.score(), 1e-5 * graph.score());
        ComputationGraph gradients = new ComputationGraph(graph.getConfiguration());
        gradients.init(
                graph.getFlattenedGradients().div(3).reshape('c', 1, graph.numParams()), false);
        Reference.assertGradients(expected, Clip.tensors(gradients).tensors(), 1e-5);
    }

    @Test
    void encodersReadWholeModels(@TempDir Path folder) throws IOException {
        Clip clip = Clip.create(TINY, training(DataType.FLOAT).seed(3));
        Path file = folder.resolve("model.safetensors");
        clip.save(file);
        assertEquals(
                Reference.tensors(Reference.file("clip_weights")).keySet(),
                Reference.tensors(file).keySet());
        ClipImageEncoder images = ClipImageEncoder.create(TINY, training(DataType.FLOAT));
        images.load(file);
        assertEquals(clip.imageEncoder().graph().params(), images.graph().params());
        ClipTextEncoder texts = ClipTextEncoder.create(TINY, training(DataType.FLOAT));
        texts.load(file);
        assertEquals(clip.textEncoder().graph().params(), texts.graph().params());
        Path tower = folder.resolve("vision.safetensors");
        images.save(tower);
        assertTrue(Reference.tensors(tower).containsKey("vision_model.embeddings.class_embedding"));
        String message =
                assertThrows(IllegalArgumentException.class, () -> texts.load(tower)).getMessage();
        assertTrue(
                message.contains("text_model.embeddings.token_embedding.weight [11, 8] is missing"),
                message);
    }

    @Test
    void tokensBehindTheEndDoNotCount() {
        ClipTextEncoder texts = ClipTextEncoder.create(TINY, training(DataType.DOUBLE).seed(3));
        INDArray end = texts.embed(Nd4j.createFromArray(new double[][] {{1, 2, 10, 10, 10}}));
        INDArray zeros = texts.embed(Nd4j.createFromArray(new double[][] {{1, 2, 10, 0, 0}}));
        Reference.assertClose(end, zeros, 1e-12, "embedding");
    }

    @Test
    void aTextWithoutEndIsRefused() {
        ClipTextEncoder texts = ClipTextEncoder.create(TINY, training(DataType.FLOAT));
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> texts.embed(Nd4j.createFromArray(new float[][] {{1, 2, 3}})));
        assertEquals(
                "ids of text 0 must be ended by token 10, got a text without it", e.getMessage());
        e = assertThrows(IllegalArgumentException.class, () -> texts.embed(Nd4j.zeros(1, 6)));
        assertEquals("ids must be [batch, at most 5 tokens], got shape [1, 6]", e.getMessage());
    }

    @Test
    void imagesOfOtherShapesAreRefused() {
        ClipImageEncoder images = ClipImageEncoder.create(TINY, training(DataType.FLOAT));
        for (long[] shape : new long[][] {{1, 1, 4, 4}, {1, 3, 5, 4}, {3, 4, 4}}) {
            Exception e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> images.embed(Nd4j.zeros(DataType.FLOAT, shape)));
            assertEquals(
                    "images must be [batch, 3, height, width] with height and width multiples of "
                            + TINY.patch()
                            + ", got shape "
                            + Arrays.toString(shape),
                    e.getMessage());
        }
    }

    @Test
    void pixelsAreNormalized() {
        INDArray white = ClipInputs.pixels(TINY, Nd4j.ones(1, 3, 4, 4));
        assertEquals((1 - 0.48145466) / 0.26862954, white.getDouble(0, 0, 1, 2), 1e-5);
        assertEquals((1 - 0.40821073) / 0.27577711, white.getDouble(0, 2, 3, 3), 1e-5);
    }

    @Test
    void learnsWhichTextFitsWhichImage() {
        Clip clip =
                Clip.create(
                        TINY, new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-2)));
        INDArray images =
                Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(2), new long[] {4, 3, 4, 4})
                        .muli(2)
                        .subi(1);
        INDArray ids =
                Nd4j.createFromArray(
                        new float[][] {{1, 10, 10}, {2, 10, 10}, {3, 4, 10}, {5, 1, 10}});
        for (int i = 0; i < 60; i++) {
            clip.graph().fit(clip.batch(images, ids));
        }
        assertTrue(clip.graph().score() < 0.2, "loss " + clip.graph().score());
        MultiDataSet batch = clip.batch(images, ids);
        INDArray best =
                clip.graph()
                        .output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[0]
                        .argMax(1);
        assertTrue(Arrays.equals(new int[] {0, 1, 2, 3}, best.toIntVector()), best.toString());
    }

    @Test
    void wholeNetwork() {
        MultiDataSet batch =
                Clip.create(TINY, training(DataType.FLOAT))
                        .batch(
                                Nd4j.linspace(-1, 1, 96, DataType.FLOAT).reshape(2, 3, 4, 4),
                                Nd4j.createFromArray(new float[][] {{1, 2, 10}, {4, 10, 3}}));
        LayerBattery.of(() -> ClipParts.both(TINY, 0.5, training(DataType.FLOAT).seed(1)))
                .inputs(batch.getFeatures())
                .labels(batch.getLabels())
                .featureMasks(batch.getFeaturesMaskArrays())
                .without(BatteryCheck.GRADIENTS) // PyTorch's, above
                .run();
    }
}
