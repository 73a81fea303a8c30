package org.dl4jplugins.multimodal.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.SafeTensorsWriter;
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
import org.nd4j.linalg.ops.transforms.Transforms;

class AutoencoderKLTest {
    private static final AutoencoderConfig TINY =
            new AutoencoderConfig.Builder()
                    .channels(2)
                    .multipliers(1, 2)
                    .blocks(1)
                    .latentChannels(2)
                    .groups(2)
                    .klWeight(0.1)
                    .build();

    private static AutoencoderKL tiny(DataType type) {
        return AutoencoderKL.create(
                TINY, new NeuralNetConfiguration.Builder().dataType(type).updater(new NoOp()));
    }

    @Test
    void publishedSize() {
        NeuralNetConfiguration.Builder training = new NeuralNetConfiguration.Builder();
        assertEquals(
                83_653_863,
                AutoencoderSizes.parameters(
                        AutoencoderKL.configuration(AutoencoderConfig.published(), training)));
        assertEquals(8, AutoencoderConfig.published().factor());
    }

    @Test
    void outputsAndGradientsArePyTorchs() throws IOException {
        AutoencoderKL autoencoder = tiny(DataType.DOUBLE);
        autoencoder.load(Reference.file("autoencoder_weights"));
        Map<String, INDArray> expected = Reference.tensors(Reference.file("autoencoder_results"));
        INDArray image = expected.get("image");
        INDArray mean = Arrays4.channels(expected.get("moments"), 0, 2);
        INDArray latent = autoencoder.encode(image);
        Reference.assertClose(mean.mul(TINY.scale()), latent, 1e-5, "latent");
        INDArray decoded = autoencoder.decode(latent);
        INDArray limited = Transforms.hardTanh(expected.get("decoded"), true);
        Reference.assertClose(limited, decoded, 1e-5, "decoded");

        ComputationGraph graph = autoencoder.graph();
        graph.setInputs(image, expected.get("noise"));
        graph.setLabels(image, Nd4j.zeros(DataType.DOUBLE, 2, 1));
        graph.computeGradientAndScore();
        assertEquals(expected.get("loss").getDouble(0), graph.score(), 1e-5 * graph.score());
        ComputationGraph gradients = new ComputationGraph(graph.getConfiguration());
        gradients.init(
                graph.getFlattenedGradients().div(2).reshape('c', 1, graph.numParams()), false);
        Reference.assertGradients(expected, AutoencoderSizes.tensors(gradients).tensors(), 1e-5);
    }

    @Test
    void bothLayoutsGiveTheSameWeights(@TempDir Path folder) throws IOException {
        AutoencoderKL first = tiny(DataType.FLOAT);
        first.load(Reference.file("autoencoder_weights"));
        first.save(folder.resolve("original.safetensors"));
        Map<String, INDArray> original = Reference.tensors(folder.resolve("original.safetensors"));
        assertEquals(
                Reference.tensors(Reference.file("autoencoder_weights")).keySet().size(),
                original.size());

        Map<String, INDArray> renamed = new LinkedHashMap<>();
        original.forEach(
                (name, values) -> {
                    int dot = name.lastIndexOf('.');
                    String module = AutoencoderSizes.diffusers(name.substring(0, dot), 2).get(0);
                    INDArray flat =
                            name.contains(".attn_1.") && values.rank() == 4
                                    ? values.reshape('c', values.size(0), values.size(1))
                                    : values;
                    renamed.put("vae." + module + name.substring(dot), flat);
                });
        assertTrue(renamed.containsKey("vae.decoder.up_blocks.0.upsamplers.0.conv.weight"));
        assertTrue(renamed.containsKey("vae.encoder.mid_block.attentions.0.to_out.0.bias"));
        assertTrue(renamed.containsKey("vae.encoder.down_blocks.1.resnets.0.conv_shortcut.bias"));
        Path file = folder.resolve("diffusers.safetensors");
        SafeTensorsWriter.write(file, renamed, Map.of());
        AutoencoderKL second = tiny(DataType.FLOAT);
        second.load(file);
        assertEquals(first.graph().params(), second.graph().params());
    }

    @Test
    void aFileOfOtherSizesIsRefused() {
        AutoencoderConfig other =
                new AutoencoderConfig.Builder()
                        .channels(4)
                        .multipliers(1, 2)
                        .blocks(1)
                        .groups(2)
                        .build();
        AutoencoderKL autoencoder = AutoencoderKL.create(other, 1);
        INDArray before = autoencoder.graph().params().dup();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> autoencoder.load(Reference.file("autoencoder_weights")))
                        .getMessage();
        assertTrue(
                message.contains(
                        "encoder.conv_in.weight has shape [2, 3, 3, 3], the configuration gives"
                                + " [4, 3, 3, 3]"),
                message);
        assertEquals(before, autoencoder.graph().params());
    }

    @Test
    void imagesOfOtherSizesAreRefused() {
        AutoencoderKL autoencoder = tiny(DataType.FLOAT);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> autoencoder.encode(Nd4j.zeros(1, 3, 7, 8)))
                        .getMessage();
        assertEquals(
                "images must be [batch, 3, height, width] with height and width multiples of 2,"
                        + " got shape [1, 3, 7, 8]",
                message);
        message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> autoencoder.encode(Nd4j.zeros(1, 1, 8, 8)))
                        .getMessage();
        assertTrue(message.endsWith("got shape [1, 1, 8, 8]"), message);
        message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> autoencoder.decode(Nd4j.zeros(1, 3, 4, 4)))
                        .getMessage();
        assertEquals("latents must be [batch, 2, height, width], got shape [1, 3, 4, 4]", message);
    }

    @Test
    void learnsToReconstruct() {
        AutoencoderConfig config =
                new AutoencoderConfig.Builder()
                        .channels(8)
                        .multipliers(1, 2)
                        .blocks(1)
                        .groups(4)
                        .build();
        AutoencoderKL autoencoder =
                AutoencoderKL.create(
                        config,
                        new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(5e-3)));
        INDArray images = Nd4j.ones(4, 3, 8, 8).negi();
        for (int i = 0; i < 4 * 4 * 8; i++) {
            images.putScalar(new int[] {i / 32, i / 32 % 3, i / 32 + i % 32 / 8, i % 8}, 1);
        }
        double before = autoencoder.graph().score(autoencoder.batch(images, 1));
        for (int i = 0; i < 60; i++) {
            autoencoder.graph().fit(autoencoder.batch(images, i + 1));
        }
        double after = autoencoder.graph().score(autoencoder.batch(images, 1));
        assertTrue(after < 0.1 * before, before + " to " + after);
        INDArray error = autoencoder.decode(autoencoder.encode(images)).sub(images);
        assertTrue(error.mul(error).meanNumber().doubleValue() < 0.1 * before);
    }

    @Test
    void sampleHasItsSeed() {
        AutoencoderKL autoencoder = AutoencoderKL.create(TINY, 3);
        INDArray images = Nd4j.linspace(-1, 1, 96, DataType.FLOAT).reshape(1, 3, 8, 4);
        assertArrayEquals(new long[] {1, 2, 4, 2}, autoencoder.sample(images, 5).shape());
        assertEquals(autoencoder.sample(images, 5), autoencoder.sample(images, 5));
        assertTrue(autoencoder.sample(images, 5).distance2(autoencoder.sample(images, 6)) > 1e-3);
        MultiDataSet batch = autoencoder.batch(images, 5);
        assertArrayEquals(new long[] {1, 2, 4, 2}, batch.getFeatures(1).shape());
    }

    @Test
    void smallImagesAsTheyAre() {
        INDArray images = Nd4j.linspace(-1, 1, 12, DataType.FLOAT).reshape(1, 3, 2, 2);
        IdentityLatent latent = new IdentityLatent(3, 2);
        assertEquals(images.mul(2), latent.encode(images));
        Reference.assertClose(images, latent.decode(latent.encode(images)), 1e-6, "images");
        assertEquals(1, latent.decode(images.mul(9)).maxNumber().doubleValue());
        assertThrows(IllegalArgumentException.class, () -> latent.encode(Nd4j.zeros(1, 1, 2, 2)));
    }

    @Test
    void wholeNetwork() {
        NeuralNetConfiguration.Builder training =
                new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3));
        MultiDataSet batch =
                tiny(DataType.FLOAT)
                        .batch(Nd4j.linspace(-1, 1, 192, DataType.FLOAT).reshape(2, 3, 8, 4), 7);
        LayerBattery.of(() -> AutoencoderKL.configuration(TINY, training))
                .inputs(batch.getFeatures())
                .labels(batch.getLabels())
                .without(BatteryCheck.GRADIENTS) // PyTorch's, above
                .run();
    }

    @Test
    void readsAGraphThatDl4jSaved(@TempDir Path folder) throws IOException {
        AutoencoderKL autoencoder = AutoencoderKL.create(TINY, 3);
        File file = folder.resolve("autoencoder.zip").toFile();
        autoencoder.graph().save(file);
        AutoencoderKL again = AutoencoderKL.of(TINY, ComputationGraph.load(file, false));
        INDArray images = Nd4j.linspace(-1, 1, 96, DataType.FLOAT).reshape(1, 3, 8, 4);
        assertEquals(autoencoder.encode(images), again.encode(images));
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> AutoencoderKL.of(AutoencoderConfig.published(), again.graph()));
        assertTrue(
                e.getMessage()
                        .startsWith(
                                "graph must be one of this configuration with 83653863"
                                        + " parameters, got "),
                e.getMessage());
    }
}
