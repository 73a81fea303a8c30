package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.TokenStates;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class ImageLanguageModelTest {
    private static final HfTokenizer TOKENIZER = Tiny.tokenizer();
    private static final LoraConfig LLAMA_LORA =
            new LoraConfig.Builder().targets("q_proj", "v_proj").rank(2).build();
    private static final LoraConfig T5_LORA =
            new LoraConfig.Builder().targets("q", "v").rank(2).build();

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    private static ImageLanguageModel model(String kind, DataType type) {
        return switch (kind) {
            case "llama" -> ImageLanguageModel.attach(Tiny.llama(type), TOKENIZER, Tiny.PROJECTION);
            case "t5-pre" -> ImageLanguageModel.attach(Tiny.t5(type), TOKENIZER, Tiny.PROJECTION);
            default ->
                    new ImageLanguageModel.Builder(Tiny.t5(type), TOKENIZER, Tiny.PROJECTION)
                            .alignment(Alignment.MID)
                            .build();
        };
    }

    private static LoraConfig lora(String kind) {
        return kind.equals("llama") ? LLAMA_LORA : T5_LORA;
    }

    /** No image, one image, two images, in one batch. */
    private static List<ImageExample> mixed() {
        return List.of(
                ImageExample.text("what is it ?", "a red circle"),
                ImageExample.caption(1, Tiny.DESCRIBE, Tiny.caption(1)),
                new ImageExample(
                        List.of(
                                ChatMessage.user("<image> and <image> ?"),
                                ChatMessage.assistant("two")),
                        new int[] {2, 3},
                        java.util.Optional.empty()));
    }

    private static MultiDataSet batch(ImageLanguageModel model, List<ImageExample> examples) {
        return (MultiDataSet)
                new ImageExampleIterator.Builder(
                                model, examples, ImageLatents.of(Tiny.latents(1, 1)))
                        .shuffle(false)
                        .build()
                        .next();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "t5-pre", "t5-mid"})
    void textsWithoutImagesAreReadAsBefore(String kind) {
        ComputationGraph alone =
                kind.equals("llama") ? Tiny.llama(DataType.DOUBLE) : Tiny.t5(DataType.DOUBLE);
        ImageLanguageModel model = model(kind, DataType.DOUBLE);
        MultiDataSet batch =
                batch(
                        model,
                        List.of(
                                ImageExample.text("what is it ?", "a red circle"),
                                ImageExample.text("what color is it ?", "red")));
        int own = model.hasEncoder() ? 2 : 1;
        INDArray expected =
                alone.output(
                                false,
                                Arrays.copyOf(batch.getFeatures(), own),
                                Arrays.copyOf(batch.getFeaturesMaskArrays(), own))[0];
        INDArray actual =
                model.graph().output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[0];
        INDArray mask = batch.getLabelsMaskArrays()[0];
        INDArray difference = Nd4j.math().abs(expected.sub(actual)).max(2).mul(mask);
        assertTrue(difference.maxNumber().doubleValue() < 1e-10, difference.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "t5-pre", "t5-mid"})
    void gradientsAreRight(String kind) {
        ImageLanguageModel model = model(kind, DataType.DOUBLE);
        if (kind.equals("t5-mid")) {
            model = model.tune(Tuning.full().matching(0.5), new Adam(1e-3));
        }
        ComputationGraph graph = model.graph();
        MultiDataSet batch = batch(model, mixed());
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        graph.computeGradientAndScore();
        INDArray gradient = graph.getFlattenedGradients().div(3).dup();
        INDArray params = graph.params().dup();
        for (int seed = 1; seed < 4; seed++) {
            INDArray step =
                    Nd4j.rand(Nd4j.getRandomFactory().getNewRandomInstance(seed), params.shape())
                            .castTo(DataType.DOUBLE)
                            .subi(0.5)
                            .muli(1e-4);
            graph.setParams(params.add(step));
            double above = graph.score(batch);
            graph.setParams(params.sub(step));
            double below = graph.score(batch);
            double along = gradient.mul(step).sumNumber().doubleValue();
            assertEquals((above - below) / 2, along, 1e-5 * Math.abs(along) + 1e-10);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama, projection",
        "llama, lora",
        "llama, full",
        "t5-pre, projection",
        "t5-pre, lora",
        "t5-mid, projection",
        "t5-mid, match"
    })
    void onlyWhatTheTuningSaysMoves(String kind, String what) {
        Tuning tuning =
                switch (what) {
                    case "full" -> Tuning.full();
                    case "lora" -> Tuning.lora(lora(kind));
                    case "match" -> Tuning.projection().matching(1);
                    default -> Tuning.projection();
                };
        ImageLanguageModel model = model(kind, DataType.FLOAT).tune(tuning, new Adam(0.01));
        MultiDataSet batch = batch(model, mixed());
        Map<String, INDArray> before = parameters(model.graph());
        for (int i = 0; i < 3; i++) {
            model.graph().fit(batch);
        }
        Map<String, INDArray> after = parameters(model.graph());
        List<String> moved = new ArrayList<>();
        before.forEach(
                (name, value) -> {
                    if (!Arrays.equals(bits(value), bits(after.get(name)))) {
                        moved.add(name);
                    }
                });
        List<String> expected =
                before.keySet().stream()
                        .filter(
                                name ->
                                        what.equals("full")
                                                || name.startsWith("projection.")
                                                || what.equals("lora") && name.contains("lora"))
                        .toList();
        assertEquals(expected, moved);
        if (what.equals("lora")) {
            assertTrue(moved.stream().anyMatch(name -> name.contains("lora")));
        }
    }

    private static Map<String, INDArray> parameters(ComputationGraph graph) {
        Map<String, INDArray> all = new LinkedHashMap<>();
        for (Layer layer : graph.getLayers()) {
            layer.paramTable()
                    .forEach(
                            (key, value) ->
                                    all.put(
                                            layer.conf().getLayer().getLayerName() + " " + key,
                                            value.dup('c')));
        }
        return all;
    }

    private static int[] bits(INDArray a) {
        float[] values = a.ravel().toFloatVector();
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "t5-pre", "t5-mid"})
    void promptsOfABatchGetWhatTheyGetAlone(String kind) {
        ImageLanguageModel model = model(kind, DataType.DOUBLE);
        INDArray latents = Tiny.latents(1, 1).muli(30);
        List<ImagePrompt> prompts =
                List.of(
                        ImagePrompt.text("what is it ?"),
                        ImagePrompt.of("describe the image .", one(latents, 0, 1)),
                        ImagePrompt.of("it ?", one(latents, 3, 4)),
                        ImagePrompt.of("<image> and <image> ?", one(latents, 1, 3)));
        for (int beams : new int[] {1, 3}) {
            List<Generation> together =
                    model.generate(prompts, b -> b.maxNewTokens(6).stopTokens().beams(beams));
            for (int p = 0; p < prompts.size(); p++) {
                Generation alone =
                        model.generate(
                                        List.of(prompts.get(p)),
                                        b -> b.maxNewTokens(6).stopTokens().beams(beams))
                                .get(0);
                assertArrayEquals(alone.ids(), together.get(p).ids());
                assertEquals(alone.logProbability(), together.get(p).logProbability(), 1e-8);
            }
        }
        // the same words about other images
        assertTrue(
                IntStream.range(0, 9)
                                .mapToObj(
                                        i ->
                                                model.generate(
                                                                List.of(
                                                                        ImagePrompt.of(
                                                                                "it ?",
                                                                                one(
                                                                                        latents, i,
                                                                                        i + 1))),
                                                                b -> b.maxNewTokens(1))
                                                        .get(0)
                                                        .logProbability())
                                .distinct()
                                .count()
                        > 1);
    }

    private static INDArray one(INDArray latents, int from, int to) {
        return latents.get(NDArrayIndex.interval(from, to));
    }

    @Test
    void generationAgreesWithTheWholeGraph() {
        ImageLanguageModel model = model("llama", DataType.DOUBLE);
        INDArray latents = Tiny.latents(1, 1).muli(5);
        int compared = 0;
        for (int image = 0; image < 4; image++) {
            INDArray latent = one(latents, image, image + 1);
            ImagePrompt prompt = ImagePrompt.of(Tiny.DESCRIBE, latent);
            int[] ids = model.text().prompt(prompt.messages(), 1);
            int[] next =
                    model.generate(List.of(prompt), b -> b.maxNewTokens(4).stopTokens())
                            .get(0)
                            .ids();
            for (int i = 0; i < next.length; i++) {
                int[] whole = Arrays.copyOf(ids, ids.length + i);
                System.arraycopy(next, 0, whole, ids.length, i);
                INDArray logits =
                        model.graph()
                                .output(
                                        Nd4j.createFromArray(whole)
                                                .castTo(DataType.DOUBLE)
                                                .reshape(1, whole.length),
                                        latent)[0];
                INDArray last =
                        logits.get(
                                NDArrayIndex.point(0),
                                NDArrayIndex.point(whole.length - 1),
                                NDArrayIndex.all());
                assertEquals(last.argMax().getInt(0), next[i]);
                compared++;
                if (next[i] == model.text().placeholder()) {
                    break; // said by an untrained model, it would be a place of the whole prompt
                }
            }
        }
        assertTrue(compared > 4, "compared " + compared);
    }

    @ParameterizedTest
    @CsvSource({"llama, false", "llama, true", "t5-pre, true", "t5-mid, true"})
    void theLanguageModelComesOutAgain(String kind, boolean lora) {
        ComputationGraph alone =
                kind.equals("llama") ? Tiny.llama(DataType.FLOAT) : Tiny.t5(DataType.FLOAT);
        ImageLanguageModel model = model(kind, DataType.FLOAT);
        ImageLanguageModel tuned =
                model.tune(lora ? Tuning.lora(lora(kind)) : Tuning.projection(), new Adam(0.01));
        ComputationGraph out = tuned.languageModel();
        assertEquals(
                alone.getConfiguration().getNetworkInputs(),
                out.getConfiguration().getNetworkInputs());
        assertEquals(
                alone.getConfiguration().getVertexInputs(),
                new LinkedHashMap<>(out.getConfiguration().getVertexInputs()));
        assertEquals(alone.params(), out.params());
        MultiDataSet batch = batch(tuned, mixed());
        tuned.graph().fit(batch);
        tuned.graph().fit(batch);
        assertEquals(!lora, alone.params().equals(tuned.languageModel().params()));
    }

    @Test
    void aGraphWithAdaptersIsTakenAsItIs() {
        ComputationGraph adapted =
                new LoraTransformer.Builder(Tiny.llama(DataType.FLOAT))
                        .config(LLAMA_LORA)
                        .build()
                        .transform();
        ImageLanguageModel model = ImageLanguageModel.attach(adapted, TOKENIZER, Tiny.PROJECTION);
        Map<String, INDArray> before = parameters(model.graph());
        MultiDataSet batch = batch(model, mixed());
        model.graph().fit(batch);
        model.graph().fit(batch);
        Map<String, INDArray> after = parameters(model.graph());
        before.forEach(
                (name, value) ->
                        assertEquals(
                                !name.startsWith("projection.") && !name.contains("lora"),
                                value.equals(after.get(name)),
                                name));
    }

    @Test
    void tuningGoesOnFromTuning() {
        ImageLanguageModel first =
                model("t5-mid", DataType.DOUBLE)
                        .tune(Tuning.projection().matching(1), new Adam(0.01));
        MultiDataSet batch = batch(first, mixed());
        first.graph().fit(batch);
        ImageLanguageModel second = first.tune(Tuning.lora(T5_LORA), new Adam(0.01));
        assertTrue(
                close(
                        first.graph()
                                .output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[
                                0],
                        second.graph()
                                .output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[
                                0]));
        second.graph().fit(batch(second, mixed()));
        ImageLanguageModel third = second.tune(Tuning.full(), new Adam(0.01));
        assertTrue(
                close(
                        second.graph()
                                .output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[
                                0],
                        third.graph()
                                .output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[
                                0]));
    }

    private static boolean close(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue() < 1e-10;
    }

    @Test
    void savedByDl4jAndByItself() throws IOException {
        ImageLanguageModel model =
                model("llama", DataType.FLOAT).tune(Tuning.lora(LLAMA_LORA), new Adam(0.01));
        MultiDataSet batch = batch(model, mixed());
        model.graph().fit(batch);
        File file = folder.resolve("model.zip").toFile();
        ModelSerializer.writeModel(model.graph(), file, true);
        ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file);
        assertEquals(
                model.graph().getConfiguration(),
                ComputationGraphConfiguration.fromJson(model.graph().getConfiguration().toJson()));
        ImageLanguageModel again = model.withGraph(loaded);
        INDArray[] x = batch.getFeatures();
        INDArray[] m = batch.getFeaturesMaskArrays();
        assertEquals(
                model.graph().output(false, x, m)[0].dup(), again.graph().output(false, x, m)[0]);

        Path tensors = folder.resolve("projection.safetensors");
        model.saveProjection(tensors);
        ImageLanguageModel other =
                ImageLanguageModel.attach(model.languageModel(), TOKENIZER, model.projection());
        other.loadProjection(tensors);
        assertTrue(
                model.graph()
                                .output(false, x, m)[0]
                                .dup()
                                .sub(other.graph().output(false, x, m)[0])
                                .amaxNumber()
                                .doubleValue()
                        < 1e-5);
        ImageLanguageModel wide =
                ImageLanguageModel.attach(
                        Tiny.llama(DataType.FLOAT),
                        TOKENIZER,
                        new ProjectionConfig.Builder(2, 5).hiddenWidth(8).build());
        String message =
                assertThrows(IllegalArgumentException.class, () -> wide.loadProjection(tensors))
                        .getMessage();
        assertTrue(
                message.contains("projection.linear1.weight") && message.contains("[8, 5]"),
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "t5-pre", "t5-mid"})
    void hiddenStatesOfTexts(String kind) {
        ImageLanguageModel model = model(kind, DataType.DOUBLE);
        TokenStates states = model.hidden(List.of("a red circle", "it"));
        TokenStates alone = model.hidden(List.of("it"));
        assertEquals(model.width(), states.values().size(2));
        assertEquals(4, states.values().size(1)); // begin or end token and words
        assertArrayEquals(new double[] {1, 1, 0, 0}, states.mask().getRow(1).toDoubleVector());
        assertTrue(
                states.values()
                                .get(
                                        NDArrayIndex.point(1),
                                        NDArrayIndex.interval(0, 2),
                                        NDArrayIndex.all())
                                .sub(
                                        alone.values()
                                                .get(
                                                        NDArrayIndex.point(0),
                                                        NDArrayIndex.all(),
                                                        NDArrayIndex.all()))
                                .amaxNumber()
                                .doubleValue()
                        < 1e-10);
    }

    @Test
    void theClipBranchIsRead() {
        ProjectionConfig both =
                new ProjectionConfig.Builder(2, 5).hiddenWidth(16).clip(1, 3, 8).build();
        ImageLanguageModel model =
                ImageLanguageModel.attach(Tiny.llama(DataType.DOUBLE), TOKENIZER, both);
        assertEquals(
                both.parameters(model.width()),
                Arrays.stream(model.graph().getLayers())
                        .filter(l -> l.conf().getLayer().getLayerName().startsWith("projection."))
                        .mapToLong(Layer::numParams)
                        .sum());
        INDArray latents = Tiny.latents(1, 1);
        INDArray clip = Nd4j.rand(DataType.FLOAT, 9, 1, 3).muli(20);
        List<ChatMessage> ask = List.of(ChatMessage.user("<image> it ?"));
        var first =
                model.generate(
                        List.of(
                                new ImagePrompt(ask, one(latents, 0, 1), one(clip, 0, 1)),
                                new ImagePrompt(ask, one(latents, 0, 1), one(clip, 1, 2))),
                        b -> b.maxNewTokens(1));
        assertTrue(first.get(0).logProbability() != first.get(1).logProbability());
        MultiDataSet batch =
                (MultiDataSet)
                        new ImageExampleIterator.Builder(
                                        model, mixed(), ImageLatents.of(latents, clip))
                                .build()
                                .next();
        assertArrayEquals(new long[] {3, 4, 5}, batch.getFeatures(1).shape());
        assertArrayEquals(new long[] {3, 2, 3}, batch.getFeatures(2).shape());
        model.graph().fit(batch);
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        model.generate(
                                                List.of(ImagePrompt.of("it ?", one(latents, 0, 1))),
                                                b -> b))
                        .getMessage();
        assertTrue(message.contains("CLIP branch"), message);
    }

    @Test
    void publishedSize() {
        assertEquals(14_949_376, ProjectionConfig.published().parameters(4096));
        assertEquals(
                ProjectionConfig.published(),
                ProjectionConfig.fromJson(ProjectionConfig.published().toJson()));
    }
}
