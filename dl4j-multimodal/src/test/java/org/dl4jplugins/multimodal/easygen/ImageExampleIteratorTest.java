package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.Overlong;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.multimodal.data.ImageConversation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** Batches against labels written by hand. */
class ImageExampleIteratorTest {
    private static final HfTokenizer TOKENIZER = Tiny.tokenizer();
    private static final INDArray LATENTS = Tiny.latents(1, 1);
    private static final ImageLatents SOURCE = ImageLatents.of(LATENTS);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    private static ImageLanguageModel llama() {
        return ImageLanguageModel.attach(Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION);
    }

    private static ImageLanguageModel t5(Alignment alignment) {
        return new ImageLanguageModel.Builder(Tiny.t5(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                .alignment(alignment)
                .build();
    }

    private static MultiDataSet batch(ImageLanguageModel model, ImageExample... examples) {
        return new ImageExampleIterator.Builder(model, List.of(examples), SOURCE)
                .shuffle(false)
                .build()
                .next();
    }

    /** Tokens of a row, where its mask says so. */
    private static String tokens(INDArray ids, INDArray mask, int row) {
        List<String> tokens = new ArrayList<>();
        for (int t = 0; t < ids.size(1); t++) {
            if (mask.getDouble(row, t) != 0) {
                tokens.add(TOKENIZER.token(ids.getInt(row, t)));
            }
        }
        return String.join(" ", tokens);
    }

    private static String learned(MultiDataSet batch, int row) {
        return tokens(batch.getLabels(0), batch.getLabelsMaskArray(0), row);
    }

    private static String read(MultiDataSet batch, int input, int row) {
        return tokens(batch.getFeatures(input), batch.getFeaturesMaskArray(input), row);
    }

    @Test
    void aCaptionForADecoder() {
        MultiDataSet batch =
                batch(llama(), ImageExample.caption(4, "describe it .", "a green square"));
        assertEquals(
                "<s> user : <Img> <image> <image> </Img> describe it . assistant : a green square",
                read(batch, 0, 0));
        assertEquals("a green square </s>", learned(batch, 0));
        // each label stands where the token before it is read
        double[] mask = new double[(int) batch.getLabels(0).size(1)];
        Arrays.fill(mask, mask.length - 4, mask.length, 1);
        assertArrayEquals(mask, batch.getLabelsMaskArray(0).getRow(0).toDoubleVector());
        assertArrayEquals(new long[] {1, 2, 5}, batch.getFeatures(1).shape());
        assertEquals(LATENTS.slice(4), batch.getFeatures(1).slice(0));
        assertArrayEquals(new double[] {1, 1}, batch.getFeaturesMaskArray(1).toDoubleVector());
    }

    @Test
    void allAnswersOfAConversationForADecoder() {
        ImageConversation conversation =
                new ImageConversation(
                        "",
                        Optional.of(Path.of("x.png")),
                        List.of(
                                ChatMessage.user("<image>\nwhat color is it ?"),
                                ChatMessage.assistant("red"),
                                ChatMessage.user("what shape ?"),
                                ChatMessage.assistant("a circle")));
        MultiDataSet batch = batch(llama(), ImageExample.conversation(0, conversation));
        assertEquals(
                "<s> user : <Img> <image> <image> </Img> what color is it ? assistant : red </s>"
                        + " user : what shape ? assistant : a circle",
                read(batch, 0, 0));
        assertEquals("red </s> a circle </s>", learned(batch, 0));
    }

    @Test
    void noOneAndTwoImagesInABatch() {
        ImageExample two =
                new ImageExample(
                        List.of(
                                ChatMessage.user("<image> and <image> ?"),
                                ChatMessage.assistant("two")),
                        new int[] {8, 2},
                        Optional.empty());
        MultiDataSet batch =
                batch(
                        llama(),
                        ImageExample.text("what is it ?", "a red circle"),
                        ImageExample.question(3, "what color ?", "green"),
                        two);
        INDArray images = batch.getFeatures(1);
        assertArrayEquals(new long[] {3, 4, 5}, images.shape());
        assertArrayEquals(
                new double[] {0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1},
                batch.getFeaturesMaskArray(1).ravel().toDoubleVector());
        assertEquals(LATENTS.slice(3), part(images, 1, 0));
        assertEquals(LATENTS.slice(8), part(images, 2, 0));
        assertEquals(LATENTS.slice(2), part(images, 2, 2));
        assertEquals(0, images.slice(0).amaxNumber().doubleValue());
        assertEquals("a red circle </s>", learned(batch, 0));
        assertEquals("green </s>", learned(batch, 1));
        assertEquals("two </s>", learned(batch, 2));
        assertEquals(
                "<s> user : <Img> <image> <image> </Img> and <Img> <image> <image> </Img> ?"
                        + " assistant : two",
                read(batch, 0, 2));
    }

    private static INDArray part(INDArray images, int row, int first) {
        return images.get(
                NDArrayIndex.point(row),
                NDArrayIndex.interval(first, first + 2),
                NDArrayIndex.all());
    }

    @Test
    void behindAnEncoder() {
        ImageExample example = ImageExample.question(3, "what color ?", "a green");
        MultiDataSet pre = batch(t5(Alignment.PRE), example);
        assertEquals(
                "user : <Img> <image> <image> </Img> what color ? assistant : </s>",
                read(pre, 0, 0));
        assertEquals("<pad> a green", read(pre, 1, 0));
        assertEquals("a green </s>", learned(pre, 0));
        MultiDataSet mid = batch(t5(Alignment.MID), example);
        assertEquals("user : what color ? assistant : </s>", read(mid, 0, 0));
        assertEquals(LATENTS.slice(3), mid.getFeatures(2).slice(0));
        assertEquals(1, mid.getLabels().length);
    }

    @Test
    void midAlignComparesWithTheEncodersStates() {
        ImageLanguageModel model =
                t5(Alignment.MID).tune(Tuning.projection().matching(2), new Adam(1e-3));
        ImageExampleIterator data =
                new ImageExampleIterator.Builder(
                                model,
                                List.of(
                                        ImageExample.question(3, "what color ?", "green"),
                                        ImageExample.caption(4, "describe", "a green square"),
                                        ImageExample.caption(0, "describe", "red")),
                                SOURCE)
                        .shuffle(false)
                        .build();
        assertFalse(data.asyncSupported());
        MultiDataSet batch = data.next();
        // a question does not count; four tokens are cut to two; one and an end token
        assertEquals(
                Nd4j.createFromArray(new float[][] {{0, 0}, {1, 1}, {1, 1}}),
                batch.getLabelsMaskArray(1));
        TokenStates whole = model.hidden(List.of("a green", "red"));
        INDArray states = batch.getLabels(1);
        assertEquals(
                whole.values().get(NDArrayIndex.point(1), NDArrayIndex.interval(0, 2)),
                states.slice(2));
        // the score is L_ITG + 2 L_ITDM
        INDArray projected =
                model.graph().output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[1];
        double distance = 0;
        for (int b = 1; b < 3; b++) {
            INDArray d = projected.slice(b).sub(states.slice(b));
            distance += d.mul(d).sumNumber().doubleValue() / 2 / 3; // over tokens, over the batch
        }
        double both = model.graph().score(batch);
        ImageLanguageModel without = model.tune(Tuning.projection(), new Adam(1e-3));
        double text =
                without.graph()
                        .score(
                                new org.nd4j.linalg.dataset.MultiDataSet(
                                        batch.getFeatures(),
                                        new INDArray[] {batch.getLabels(0)},
                                        batch.getFeaturesMaskArrays(),
                                        new INDArray[] {batch.getLabelsMaskArray(0)}));
        assertEquals(text + 2 * distance, both, 1e-3 * both);
    }

    @Test
    void ordersAreDrawnAnewAndRepeated() {
        List<ImageExample> examples = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            examples.add(ImageExample.caption(i, Tiny.DESCRIBE, Tiny.caption(i)));
        }
        ImageExampleIterator data =
                new ImageExampleIterator.Builder(llama(), examples, SOURCE)
                        .batch(4)
                        .seed(7)
                        .build();
        assertEquals(3, data.batchesPerEpoch());
        List<String> first = epoch(data);
        data.reset();
        List<String> second = epoch(data);
        assertEquals(9, first.size());
        assertFalse(first.equals(second));
        assertEquals(first.stream().sorted().toList(), second.stream().sorted().toList());
        data.epoch(0);
        assertEquals(first, epoch(data));
    }

    private static List<String> epoch(ImageExampleIterator data) {
        List<String> captions = new ArrayList<>();
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            for (int b = 0; b < batch.getLabels(0).size(0); b++) {
                captions.add(learned(batch, b));
            }
        }
        return captions;
    }

    @Test
    void longExamplesAreRefusedOrLeftOut() {
        List<ImageExample> examples =
                List.of(
                        ImageExample.caption(0, "describe", "red"),
                        ImageExample.caption(1, "describe it and the image", "a red square"));
        ImageExampleIterator.Builder builder =
                new ImageExampleIterator.Builder(llama(), examples, SOURCE).maxLength(12);
        String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.contains("tokens of example 1 must be at most maxLength, 12"), message);
        ImageExampleIterator data = builder.overlong(Overlong.SKIP).build();
        assertEquals(List.of(1), data.skipped());
        assertEquals(1, data.next().getFeatures(0).size(0));
    }

    @Test
    void badExamples() {
        assertMessage(
                "image of example 0 must be a number from 0 to 8, got 9",
                () -> batch(llama(), ImageExample.caption(9, "describe", "red")));
        assertMessage(
                "number of <image> marks must be that of the images, 1, got 2",
                () -> ImageExample.caption(0, "<image> and <image>", "red"));
        assertMessage(
                "last message must be the assistant's",
                () ->
                        new ImageExample(
                                List.of(ChatMessage.user("it")), new int[0], Optional.empty()));
        assertMessage(
                "[images, 2, 5], got shape [1, 3, 5]",
                () ->
                        llama().generate(
                                        List.of(ImagePrompt.of("it ?", Nd4j.zeros(1, 3, 5))),
                                        b -> b));
        assertMessage(
                "number of <image> marks must be that of the images, 0, got 1",
                () -> ImagePrompt.text("<image> ?"));
        assertMessage(
                "placeholder must be one token of the tokenizer's vocabulary",
                () ->
                        new ImageLanguageModel.Builder(
                                        Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                                .marks(new ImageMarks("<Img>", "</Img>", "<nothing>"))
                                .build());
        assertMessage(
                "alignment of a decoder without encoder must be PRE, got MID",
                () ->
                        new ImageLanguageModel.Builder(
                                        Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                                .alignment(Alignment.MID)
                                .build());
        assertMessage(
                "alignment of a model whose tuning is Tuning(projection, matching=1.0) must be MID",
                () -> llama().tune(Tuning.projection().matching(1), new Adam(1e-3)));
        assertMessage(
                "inputs of the language model",
                () -> ImageLanguageModel.attach(llama().graph(), TOKENIZER, Tiny.PROJECTION));
    }

    private static void assertMessage(String part, Runnable run) {
        String message = assertThrows(IllegalArgumentException.class, run::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
