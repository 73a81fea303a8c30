package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.T5Config;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.LongText;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.AutoencoderConfig;
import org.dl4jplugins.multimodal.vision.AutoencoderKL;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pipeline of the other kinds of parts: Mid-Align with an encoder, a CLIP branch, an autoencoder,
 * a text encoder with a tokenizer of its own whose states are latents as they are, texts cut off.
 */
class EasyGenPartsTest {
    private static final int END = 2;
    private static final EasyGenSettings SETTINGS =
            new EasyGenSettings.Builder()
                    .reading(3, 1)
                    .drawing(3, 1)
                    .maxNewTokens(6)
                    .captionPrompt("describe the image")
                    .build();
    private static HfTokenizer tokenizer;
    private static HfTokenizer clipTokenizer;
    private static EasyGenParts parts;
    private static EasyGen easyGen;

    private static NeuralNetConfiguration.Builder training() {
        return new NeuralNetConfiguration.Builder().seed(3);
    }

    private static ComputationGraph stirred(ComputationGraph graph, long seed) {
        INDArray params = graph.params();
        params.addi(new NoiseSource(seed).normal(DataType.FLOAT, params.shape()).muli(0.2));
        return graph;
    }

    private static HfCheckpoint t5(HfTokenizer tokenizer) {
        return HfCheckpoint.create(
                new T5Config.Builder(tokenizer.vocabularySize())
                        .hiddenSize(16)
                        .heads(2, 8)
                        .intermediateSize(24)
                        .blocks(1)
                        .dropout(0)
                        .build(),
                tokenizer,
                Tiny.options(DataType.FLOAT));
    }

    private static ImageLanguageModel language(HfCheckpoint checkpoint) {
        ImageLanguageModel model =
                new ImageLanguageModel.Builder(
                                checkpoint.graph(),
                                checkpoint.tokenizer(),
                                new ProjectionConfig.Builder(5, 6).clip(1, 4, 8).build())
                        .alignment(Alignment.MID)
                        .build();
        stirred(model.graph(), 4);
        return model;
    }

    @BeforeAll
    static void make() {
        tokenizer = Tiny.tokenizer();
        clipTokenizer =
                WordTokenizer.of(List.of("red", "blue", "a", "circle", "square"), List.of());
        ClipConfig clip =
                new ClipConfig.Builder()
                        .image(8, 4, new ClipTower(8, 8, 2, 1))
                        .text(clipTokenizer.vocabularySize(), 5, new ClipTower(6, 8, 2, 1))
                        .endToken(END)
                        .projection(4)
                        .build();
        AutoencoderKL autoencoder =
                AutoencoderKL.create(
                        new AutoencoderConfig.Builder()
                                .latentChannels(2)
                                .channels(4)
                                .multipliers(1, 2)
                                .blocks(1)
                                .groups(2)
                                .scale(0.9)
                                .build(),
                        training());
        UViTConfig sizes =
                new UViTConfig.Builder()
                        .image(2, 4, 4)
                        .patch(2)
                        .width(16)
                        .depth(2)
                        .heads(2)
                        .text(5, 6)
                        .clipWidth(4)
                        .build();
        HfCheckpoint checkpoint = t5(tokenizer);
        parts =
                new EasyGenParts.Builder(
                                language(checkpoint),
                                new BiDiffuser(stirred(UViT.create(sizes, training()), 5), sizes),
                                autoencoder,
                                new ClipTextLatents(
                                        ClipTextEncoder.create(clip, training()),
                                        clipTokenizer,
                                        null,
                                        LongText.TRUNCATE))
                        .imageEncoder(ClipImageEncoder.create(clip, training()))
                        .checkpoint(checkpoint)
                        .build();
        easyGen = new EasyGen(parts, SETTINGS);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        clipTokenizer.close();
    }

    private static INDArray images(long seed, int batch) {
        INDArray noise = new NoiseSource(seed).normal(DataType.FLOAT, batch, 3, 8, 8);
        return noise.divi(noise.amaxNumber());
    }

    @Test
    void savedAndLoadedItDoesTheSame(@TempDir Path folder) throws IOException {
        easyGen.save(folder.resolve("pipeline"));
        EasyGen again = EasyGen.load(folder.resolve("pipeline"));
        ImageLanguageModel language = again.parts().language();
        assertEquals(Alignment.MID, language.alignment());
        assertEquals(parts.language().graph().params(), language.graph().params());
        INDArray images = images(1, 3);
        assertEquals(easyGen.captions(images), again.captions(images));
        assertEquals(
                easyGen.parts().reader().read(images, SETTINGS.reading(0, s -> true)),
                again.parts().reader().read(images, SETTINGS.reading(0, s -> true)));
        INDArray drawn = easyGen.draw("a red circle");
        assertArrayEquals(new long[] {1, 3, 8, 8}, drawn.shape());
        assertEquals(drawn, again.draw("a red circle"));
        assertEquals(easyGen.caption(drawn), again.caption(drawn));
        ClipTextLatents text = (ClipTextLatents) again.parts().text();
        assertEquals(LongText.TRUNCATE, text.longText());
        assertNotSame(language.tokenizer(), text.tokenizer());
        assertArrayEquals(clipTokenizer.encode("a red"), text.tokenizer().encode("a red"));
        again.close();
    }

    @Test
    void longDescriptionsAreCutOffWhereTheSettingSaysSo() {
        INDArray window = easyGen.draw("a red circle");
        assertEquals(window, easyGen.draw("a red circle a blue square"));
        assertNotEquals(window, easyGen.draw("a blue circle"));
        ClipTextLatents text = (ClipTextLatents) parts.text();
        TextLatents refusing = new ClipTextLatents(text.encoder(), clipTokenizer, null);
        assertTrue(
                refused(() -> refusing.states(List.of("a", "a red circle a blue square")))
                        .contains("'a red circle a blue square' has 7 tokens, the text window"));
    }

    /** The first image of each batch has the numbers of its place in the whole. */
    @Test
    void eachImageHasTheSeedOfItsPlace() {
        INDArray images = images(1, 3);
        EasyGen oneByOne = easyGen.with(new EasyGenSettings.Builder(SETTINGS).batch(1).build());
        List<String> captions = oneByOne.captions(images);
        List<String> descriptions = List.of("a red circle", "a blue square", "a red square");
        INDArray drawn = oneByOne.draw(descriptions);
        for (int i = 0; i < 3; i++) {
            EasyGen alone = easyGen.withSeed(SETTINGS.seed() + i);
            assertEquals(captions.get(i), alone.caption(images.slice(i)));
            assertEquals(drawn.slice(i), alone.draw(descriptions.get(i)).slice(0));
        }
    }

    @Test
    void conversationsMayShowAnyNumberOfImages() {
        INDArray images = images(2, 3);
        List<ChatTurn> none = List.of(ChatTurn.user("what is red"));
        List<ChatTurn> two =
                List.of(
                        ChatTurn.user("what is it", images.slice(0).reshape(1, 3, 8, 8)),
                        ChatTurn.assistant("a red circle"),
                        ChatTurn.user("and what is it", images.slice(1).reshape(1, 3, 8, 8)));
        EasyGen unguided =
                easyGen.with(new EasyGenSettings.Builder(SETTINGS).reading(3, 0).build());
        List<ChatReply> replies = unguided.chats(List.of(none, two, none));
        assertEquals(3, replies.size());
        assertEquals(unguided.chat(none).text(), replies.get(0).text());
        assertEquals(unguided.chat(two).text(), replies.get(1).text());
        assertEquals(unguided.chat(none).text(), replies.get(2).text());
        ChatTurn larger = ChatTurn.user("what", images(1, 1).repeat(3, 2));
        assertTrue(
                refused(() -> easyGen.chat(List.of(two.get(0), two.get(1), larger)))
                        .startsWith("images of a conversation must be of one size"));
    }

    @Test
    void aLanguageModelWithoutImageTagsIsRefused() {
        try (HfTokenizer plain = WordTokenizer.of(List.of("a", "red", "circle"), List.of())) {
            ImageLanguageModel untagged = language(t5(plain));
            assertEquals(
                    "language model must be one with the image tags <Img> and </Img> (special"
                            + " tokens of the tokenizer), got one without '<Img>' in its"
                            + " vocabulary",
                    refused(() -> parts.toBuilder().language(untagged).build()));
        }
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
