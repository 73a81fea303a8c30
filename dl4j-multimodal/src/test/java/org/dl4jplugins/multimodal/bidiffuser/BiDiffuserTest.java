package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.Ddim;
import org.dl4jplugins.multimodal.diffusion.Denoiser;
import org.dl4jplugins.multimodal.diffusion.LinearSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.uvit.TinyUViT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BiDiffuserTest {
    private static final int BATCH = 2;
    private static final INDArray ONES = Nd4j.ones(BATCH, 1);
    private final ComputationGraph graph = Pairs.graph(Pairs.CONFIG);
    private final BiDiffuser model = new BiDiffuser(graph, Pairs.CONFIG);

    private static SamplingSettings.Builder settings(double guidance) {
        return new SamplingSettings.Builder().steps(4).guidance(guidance).seed(5);
    }

    private static INDArray steps(double t) {
        return Nd4j.valueArrayOf(new long[] {BATCH, 1}, t * 1000, DataType.FLOAT);
    }

    private static void close(INDArray expected, INDArray actual) {
        assertArrayEquals(expected.shape(), actual.shape());
        assertTrue(expected.equalsWithEps(actual, 1e-3), expected + "\n" + actual);
    }

    private INDArray[] predict(ImageLatent image, INDArray text, double tImage, double tText) {
        return graph.output(image.latent(), image.clip(), text, steps(tImage), steps(tText), ONES);
    }

    private static INDArray guided(INDArray c, INDArray u, double scale) {
        return c.add(c.sub(u).mul(scale));
    }

    /** The reference's way: one pass with the condition, one without. */
    private ImageLatent imageByHand(INDArray text, INDArray empty, double scale) {
        NoiseSource random = new NoiseSource(5, 2);
        Sizes sizes = new Sizes(Pairs.CONFIG, 4, 4);
        Denoiser denoiser =
                (x, t) -> {
                    ImageLatent image = sizes.image(x);
                    INDArray[] c = predict(image, text, t, 0);
                    INDArray without = empty;
                    if (scale > 0 && empty == null) {
                        without = random.normal(DataType.FLOAT, BATCH, 3, 4);
                    }
                    INDArray[] u =
                            scale == 0 ? c : predict(image, without, t, empty == null ? 1 : 0);
                    return Sizes.row(
                            new ImageLatent(guided(c[0], u[0], scale), guided(c[1], u[1], scale)));
                };
        return sizes.image(
                settings(scale)
                        .build()
                        .sampler(model.schedule(), Prediction.EPSILON)
                        .sample(denoiser, DataType.FLOAT, BATCH, 2 * 16 + 5));
    }

    @Test
    void textToImageWithoutGuidance() {
        INDArray text = Pairs.text(1, BATCH);
        ImageLatent expected = imageByHand(text, null, 0);
        ImageLatent images = model.textToImage(text, settings(0).build());
        close(expected.latent(), images.latent());
        close(expected.clip(), images.clip());
    }

    @Test
    void textToImageGuidedByNoiseInOneDoubledBatch() {
        INDArray text = Pairs.text(1, BATCH);
        ImageLatent expected = imageByHand(text, null, 2.5);
        ImageLatent images = model.textToImage(text, settings(2.5).build());
        close(expected.latent(), images.latent());
        close(expected.clip(), images.clip());
    }

    @Test
    void textToImageGuidedByTheEmptyText() {
        INDArray text = Pairs.text(1, BATCH);
        INDArray empty = Pairs.text(9, 1);
        ImageLatent expected = imageByHand(text, Nd4j.concat(0, empty, empty), 2.5);
        ImageLatent images = model.textToImage(text, settings(2.5).emptyText(empty).build());
        close(expected.latent(), images.latent());
    }

    @Test
    void imageToTextGuidedByNoise() {
        ImageLatent image = Pairs.image(3, BATCH);
        NoiseSource random = new NoiseSource(5, 2);
        Sizes sizes = new Sizes(Pairs.CONFIG, 4, 4);
        Denoiser denoiser =
                (x, t) -> {
                    INDArray text = sizes.text(x);
                    INDArray c = predict(image, text, 0, t)[2];
                    ImageLatent noise =
                            sizes.image(random.normal(DataType.FLOAT, BATCH, 2 * 16 + 5));
                    INDArray u = predict(noise, text, 1, t)[2];
                    return Sizes.flat(guided(c, u, 1.5));
                };
        INDArray expected =
                settings(1.5)
                        .build()
                        .sampler(model.schedule(), Prediction.EPSILON)
                        .sample(denoiser, DataType.FLOAT, BATCH, 12);
        INDArray text = model.imageToText(image, settings(1.5).build());
        close(expected.reshape('c', BATCH, 3, 4), text);
    }

    @Test
    void jointGuidedByEachAlone() {
        NoiseSource random = new NoiseSource(5, 2);
        Sizes sizes = new Sizes(Pairs.CONFIG, 4, 4);
        Denoiser denoiser =
                (x, t) -> {
                    ImageText both = sizes.both(x);
                    ImageLatent imageNoise =
                            sizes.image(random.normal(DataType.FLOAT, BATCH, 2 * 16 + 5));
                    INDArray textNoise = sizes.text(random.normal(DataType.FLOAT, BATCH, 12));
                    INDArray[] c = predict(both.image(), both.text(), t, t);
                    INDArray[] image = predict(both.image(), textNoise, t, 1);
                    INDArray[] text = predict(imageNoise, both.text(), 1, t);
                    return Sizes.row(
                            new ImageText(
                                    new ImageLatent(
                                            guided(c[0], image[0], 3), guided(c[1], image[1], 3)),
                                    guided(c[2], text[2], 3)));
                };
        ImageText pairs = model.joint(BATCH, settings(3).build());
        INDArray expected =
                settings(3)
                        .build()
                        .sampler(model.schedule(), Prediction.EPSILON)
                        .sample(denoiser, DataType.FLOAT, BATCH, 2 * 16 + 5 + 12);
        close(expected, Sizes.row(pairs));
    }

    @Test
    void unguidedModesAndVariations() {
        ImageLatent images = model.image(3, settings(0).build());
        assertArrayEquals(new long[] {3, 2, 4, 4}, images.latent().shape());
        assertArrayEquals(new long[] {3, 1, 5}, images.clip().shape());
        INDArray texts = model.text(3, settings(0).build());
        assertArrayEquals(new long[] {3, 3, 4}, texts.shape());
        ImageText pairs = model.joint(3, settings(0).build());
        assertArrayEquals(new long[] {3, 3, 4}, pairs.text().shape());
        SamplingSettings guided = settings(1).build();
        INDArray between = model.imageToText(images, guided);
        ImageLatent variation = model.imageVariation(images, guided);
        assertEquals(model.textToImage(between, guided).latent(), variation.latent());
        INDArray other = model.textVariation(texts, guided);
        assertEquals(model.imageToText(model.textToImage(texts, guided), guided), other);
    }

    @Test
    void otherImageSizes() {
        SamplingSettings large = settings(1).imageSize(6, 8).build();
        ImageLatent images = model.textToImage(Pairs.text(1, BATCH), large);
        assertArrayEquals(new long[] {BATCH, 2, 6, 8}, images.latent().shape());
        assertArrayEquals(
                new long[] {BATCH, 3, 4}, model.imageToText(images, settings(1).build()).shape());
    }

    @Test
    void seedsAndSolversAndCallbacks() {
        INDArray text = Pairs.text(1, BATCH);
        SamplingSettings.Builder settings = settings(1).solver(new Ddim(0));
        List<Integer> steps = new ArrayList<>();
        INDArray first =
                model.textToImage(text, settings.callback(s -> steps.add(s.index())).build())
                        .latent();
        assertEquals(List.of(1, 2, 3, 4), steps);
        assertEquals(first, model.textToImage(text, settings.build()).latent());
        assertFalse(first.equals(model.textToImage(text, settings.seed(6).build()).latent()));
    }

    @Test
    void modelsWithoutEmbeddingAndDataType() {
        BiDiffuser plain = new BiDiffuser(Pairs.graph(Pairs.PLAIN), Pairs.PLAIN);
        ImageLatent images = plain.textToImage(Pairs.text(1, BATCH), settings(1).build());
        assertArrayEquals(new long[] {BATCH, 2, 4, 4}, images.latent().shape());
        assertEquals(null, images.clip());
        assertArrayEquals(
                new long[] {BATCH, 3, 4}, plain.imageToText(images, settings(1).build()).shape());
    }

    @Test
    void savedAndLoaded(@TempDir Path folder) throws Exception {
        model.save(folder);
        BiDiffuser loaded = BiDiffuser.load(folder, TinyUViT.training(DataType.FLOAT));
        assertEquals(graph.params(), loaded.graph().params());
        assertEquals(Pairs.CONFIG, loaded.config());
        assertEquals(Prediction.EPSILON, loaded.prediction());
        for (int n : new int[] {1, 500, 1000}) {
            double t = n / 1000.0;
            assertEquals(model.schedule().logAlpha(t), loaded.schedule().logAlpha(t), 1e-12);
        }
        INDArray text = Pairs.text(1, BATCH);
        close(
                model.textToImage(text, settings(1).build()).latent(),
                BiDiffuser.load(folder).textToImage(text, settings(1).build()).latent());
        Exception missing =
                assertThrows(
                        NoSuchFileException.class,
                        () -> BiDiffuser.load(folder.resolve("nowhere")));
        assertTrue(missing.getMessage().contains("bidiffuser.json"), missing.getMessage());
    }

    @Test
    void otherSchedulesAreNotSaved(@TempDir Path folder) {
        BiDiffuser other = new BiDiffuser(graph, Pairs.CONFIG, new LinearSchedule(), Prediction.V);
        refused("schedule must be a DiscreteSchedule", () -> other.save(folder));
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void refused(String part, Call call) {
        Exception e = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void badInputIsNamed() {
        SamplingSettings s = settings(1).build();
        refused(
                "text must be [batch, 3, 4], got [2, 4, 3]",
                () -> model.textToImage(Nd4j.zeros(2, 4, 3), s));
        ImageLatent image = Pairs.image(1, 2);
        refused(
                "latent must be [batch, 2, height, width], got [2, 3, 4, 4]",
                () -> model.imageToText(new ImageLatent(Nd4j.zeros(2, 3, 4, 4)), s));
        refused(
                "height of latent must be a multiple of patch, 2, got 5",
                () -> model.imageToText(new ImageLatent(Nd4j.zeros(2, 2, 5, 4)), s));
        refused(
                "clip must be [2, 1, 5], got null",
                () -> model.imageToText(new ImageLatent(image.latent()), s));
        refused(
                "imageWidth must be a multiple of patch, 2, got 5",
                () -> model.image(1, settings(0).imageSize(4, 5).build()));
        refused("batch must be at least 1, got 0", () -> model.image(0, s));
        refused(
                "dataType must be below dataTypes, 2, got 2",
                () -> model.image(1, settings(0).dataType(2).build()));
        refused("guidance must be at least 0.0, got -1.0", () -> settings(-1).build());
        refused("guidance must be at least 0.0, got NaN", () -> settings(Double.NaN).build());
        refused(
                "guidance must be at least 0.0, got Infinity",
                () -> settings(Double.POSITIVE_INFINITY).build());
        refused("limit must be above 0, got 0.0", () -> settings(1).limit(0).build());
        refused("steps must be at least 1, got 0", () -> settings(1).steps(0).build());
        refused(
                "emptyText must be [1, 3, 4], got [1, 2, 4]",
                () ->
                        model.textToImage(
                                Pairs.text(1, 2),
                                settings(1).emptyText(Nd4j.zeros(1, 2, 4)).build()));
        refused(
                "inputs of graph must be [image, text, t_image, t_text]",
                () -> new BiDiffuser(graph, Pairs.PLAIN));
    }
}
