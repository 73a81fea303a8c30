package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.LongText;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.easygen.EasyGenProgress.Stage;
import org.dl4jplugins.multimodal.text.CaptionConfig;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipImageEncoder;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class EasyGenTest {
    private static final EasyGenSettings SETTINGS =
            new EasyGenSettings.Builder()
                    .reading(3, 0)
                    .drawing(3, 1)
                    .maxNewTokens(6)
                    .captionPrompt("describe the image")
                    .batch(2)
                    .build();
    private static HfTokenizer tokenizer;
    private static HfCheckpoint checkpoint;
    private static EasyGenParts parts;
    private static EasyGen easyGen;

    private static NeuralNetConfiguration.Builder training() {
        return new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(1e-2));
    }

    @BeforeAll
    static void make() {
        tokenizer = Tiny.tokenizer();
        checkpoint =
                HfCheckpoint.create(
                        new LlamaConfig.Builder(tokenizer.vocabularySize())
                                .hiddenSize(16)
                                .intermediateSize(24)
                                .blocks(1)
                                .heads(2)
                                .maxPositions(64)
                                .padToken(0)
                                .build(),
                        tokenizer,
                        Tiny.options(DataType.FLOAT));
        ClipConfig clip =
                new ClipConfig.Builder()
                        .image(8, 4, new ClipTower(8, 8, 2, 1))
                        .text(tokenizer.vocabularySize(), 5, new ClipTower(6, 8, 2, 1))
                        .endToken(2)
                        .projection(5)
                        .build();
        CaptionModel captions =
                CaptionModel.create(
                        new CaptionConfig(5, 6, 4, tokenizer.vocabularySize(), 2, 6, 8, 2, 1),
                        training());
        UViTConfig sizes =
                new UViTConfig.Builder()
                        .image(3, 8, 8)
                        .patch(4)
                        .width(16)
                        .depth(2)
                        .heads(2)
                        .text(5, 4)
                        .clipWidth(5)
                        .build();
        ComputationGraph uvit = UViT.create(sizes, training());
        uvit.params()
                .addi(new NoiseSource(8).normal(DataType.FLOAT, uvit.params().shape()).muli(0.1));
        Adapter adapter =
                Adapter.create(
                        new AdapterConfig.Builder(6, 16).hidden(8).encoder(1, 2, 8).build(),
                        training());
        adapter.graph()
                .params()
                .addi(
                        new NoiseSource(9)
                                .normal(DataType.FLOAT, adapter.graph().params().shape())
                                .muli(0.3));
        parts =
                new EasyGenParts.Builder(
                                ImageLanguageModel.attach(
                                        checkpoint.graph(),
                                        tokenizer,
                                        new ProjectionConfig.Builder(5, 8).build()),
                                new BiDiffuser(uvit, sizes),
                                new IdentityLatent(),
                                new ClipTextLatents(
                                        ClipTextEncoder.create(clip, training()),
                                        tokenizer,
                                        captions))
                        .adapter(adapter)
                        .imageEncoder(ClipImageEncoder.create(clip, training()))
                        .checkpoint(checkpoint)
                        .build();
        easyGen = new EasyGen(parts, SETTINGS);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static INDArray images(long seed, int batch) {
        INDArray noise = new NoiseSource(seed).normal(DataType.FLOAT, batch, 3, 8, 8);
        return noise.divi(noise.amaxNumber());
    }

    @Test
    void drawsInTheImagesSpaceAlikeForTheSameSeed() {
        INDArray drawn = easyGen.draw("a red circle");
        assertArrayEquals(new long[] {1, 3, 8, 8}, drawn.shape());
        assertTrue(drawn.amaxNumber().doubleValue() <= 1);
        assertEquals(drawn, easyGen.draw("a red circle"));
        assertNotEquals(drawn, easyGen.draw("a blue square"));
        assertNotEquals(drawn, easyGen.withSeed(2).draw("a red circle"));
        EasyGen without = new EasyGen(parts.toBuilder().adapter(null).build(), SETTINGS);
        assertNotEquals(drawn, without.draw("a red circle"));
        List<String> three = List.of("a red circle", "a square", "a triangle");
        INDArray batch = easyGen.draw(three);
        assertArrayEquals(new long[] {3, 3, 8, 8}, batch.shape());
    }

    @Test
    void readsEachImageOfABatch() {
        INDArray images = images(1, 3);
        List<String> captions = easyGen.captions(images);
        assertEquals(3, captions.size());
        assertEquals(captions, easyGen.captions(images));
        INDArray first = images.slice(0);
        assertEquals(easyGen.caption(first), easyGen.caption(first.reshape(1, 3, 8, 8)));
        assertEquals(
                easyGen.answers(images, List.of("what is it", "what color", "what shape")),
                easyGen.answers(images, List.of("what is it", "what color", "what shape")));
        assertFalse(easyGen.answer(first, "what color is it").contains("<Img>"));
    }

    @Test
    void repliesWithImagesWhereTheModelDescribesSome() {
        ImageLanguageModel model = parts.language().tune(Tuning.full(), new Adam(2e-2));
        String answer =
                new ImageTags(model.marks()).format("it is a circle", List.of("a red circle"));
        ImageExample example = ImageExample.text("what is it", answer);
        ImageExampleIterator batches =
                new ImageExampleIterator.Builder(
                                model, List.of(example), ImageLatents.of(Nd4j.zeros(1, 5, 8)))
                        .batch(1)
                        .build();
        model.graph().fit(batches, 60);
        EasyGen talking =
                new EasyGen(
                        parts.toBuilder().language(model).build(),
                        new EasyGenSettings.Builder(SETTINGS).maxNewTokens(20).build());
        List<ChatTurn> turns = new ArrayList<>(List.of(ChatTurn.user("what is it")));
        ChatReply reply = talking.chat(turns);
        assertEquals("it is a circle", reply.text());
        assertEquals(List.of("a red circle"), reply.descriptions());
        assertEquals(talking.draw("a red circle"), reply.images());
        turns.add(reply.asTurn());
        turns.add(ChatTurn.user("what color is it", images(1, 2)));
        List<ChatReply> replies =
                talking.chats(List.of(turns, List.of(ChatTurn.user("what is it"))));
        assertEquals(2, replies.size());
        assertEquals(reply.text(), replies.get(1).text());
        assertEquals(reply.descriptions(), replies.get(1).descriptions());
    }

    @Test
    void tellsHowFarItHasCome() {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        List<String> reading = new ArrayList<>();
        EasyGen told =
                easyGen.withProgress(
                        (stage, done, total) -> {
                            stages.add(stage);
                            assertTrue(done >= 1 && done <= total, stage + " " + done);
                            if (stage == Stage.READING) {
                                reading.add(done + "/" + total);
                            }
                        });
        told.captions(images(1, 3));
        told.draw("a circle");
        assertEquals(EnumSet.allOf(Stage.class), stages);
        String last = reading.get(reading.size() - 1);
        assertEquals(last.split("/")[0], last.split("/")[1]);
    }

    @Test
    void savedAndLoadedItDoesTheSame(@TempDir Path folder) throws IOException {
        Path saved = folder.resolve("pipeline");
        easyGen.save(saved);
        easyGen.save(saved); // replaces it
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(saved), left.toList());
        }
        EasyGen again = EasyGen.load(saved);
        assertEquals(SETTINGS, again.settings());
        INDArray images = images(1, 2);
        assertEquals(easyGen.captions(images), again.captions(images));
        assertEquals(
                easyGen.parts().reader().read(images, SETTINGS.reading(0, s -> true)),
                again.parts().reader().read(images, SETTINGS.reading(0, s -> true)));
        assertEquals(easyGen.draw("a red circle"), again.draw("a red circle"));
        assertEquals(parts.language().template(), again.parts().language().template());
        assertEquals(LongText.REFUSE, ((ClipTextLatents) again.parts().text()).longText());

        Path adapter = saved.resolve("adapter.safetensors");
        byte[] content = Files.readAllBytes(adapter);
        content[content.length - 1] ^= 1;
        Files.write(adapter, content);
        assertEquals(
                "content of "
                        + adapter
                        + " must be the "
                        + content.length
                        + " bytes that were saved, got "
                        + content.length
                        + " bytes that differ",
                refused(() -> EasyGen.load(saved)));
        Files.delete(adapter);
        assertEquals(
                adapter + ": the saved pipeline has this file",
                assertThrows(NoSuchFileException.class, () -> EasyGen.load(saved)).getMessage());
        assertThrows(NoSuchFileException.class, () -> EasyGen.load(folder));
    }

    @Test
    void foldersOfOthersAndUnsavablePartsAreRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        String message = refused(() -> easyGen.save(folder));
        assertTrue(message.startsWith("folder must be a new or empty one"), message);
        assertEquals("mine", Files.readString(folder.resolve("mine.txt")));
        EasyGen none = new EasyGen(parts.toBuilder().checkpoint(null).build(), SETTINGS);
        message = refused(() -> none.save(folder.resolve("x")));
        assertTrue(message.startsWith("checkpoint must be set"), message);
        assertFalse(Files.exists(folder.resolve("x")));
    }

    @Test
    void badInputIsNamed() {
        assertEquals(
                "images must be [batch, channels, height, width] with height and width multiples"
                        + " of 4, such as 8 x 8, got shape [1, 3, 6, 8]",
                refused(() -> easyGen.caption(Nd4j.zeros(3, 6, 8))));
        assertEquals(
                "images must be [batch, 3, height, width], got shape [1, 1, 8, 8]",
                refused(() -> easyGen.caption(Nd4j.zeros(1, 8, 8))));
        assertEquals(
                "values of images must be from -1 to 1 (ImageArrays and ImageLoader give such),"
                        + " got one of size 255.0",
                refused(() -> easyGen.caption(Nd4j.valueArrayOf(new long[] {3, 8, 8}, 255f))));
        assertEquals(
                "number of questions must be that of the images [batch, channels, height, width],"
                        + " [2, 3, 8, 8], got 1",
                refused(() -> easyGen.answers(images(1, 2), List.of("what"))));
        assertEquals(
                "images must be [batch, channels, height, width], got shape [3, 8, 8]",
                refused(() -> easyGen.captions(images(1, 1).slice(0))));
        assertTrue(
                refused(() -> easyGen.draw("a red circle and a blue square"))
                        .contains("the text window holds 4 and the end"));
        assertEquals(
                "Prompt 0 has 102 tokens, but the model takes 64 with the new ones",
                refused(() -> easyGen.answer(images(1, 1), "what is it ".repeat(30))));
        assertEquals("description must be a text, got ' '", refused(() -> easyGen.draw(" ")));
        assertEquals(
                "drawingGuidance must be at least 0 and finite, got -1.0",
                refused(() -> new EasyGenSettings.Builder().drawing(3, -1).build()));
        assertEquals(
                "readingSteps must be at least 1, got 0",
                refused(() -> new EasyGenSettings.Builder().reading(0, 1).build()));
        assertEquals(
                "beams must be 1 where words are sampled (temperature 0.5), got 2",
                refused(() -> new EasyGenSettings.Builder().sampling(0.5, 1).beams(2).build()));
        assertEquals(
                "topP must be above 0 and at most 1, got 0.0",
                refused(() -> new EasyGenSettings.Builder().sampling(0.5, 0).build()));
        assertEquals(
                "checkpoint must be one with tokenizer, got one without",
                refused(
                        () ->
                                parts.toBuilder()
                                        .checkpoint(
                                                HfCheckpoint.create(
                                                        checkpoint.config(),
                                                        null,
                                                        Tiny.options(DataType.FLOAT)))
                                        .build()));
        assertEquals(
                "image encoder must be one whose embeddings have the diffusion model's clipWidth,"
                        + " 5, got none",
                refused(() -> parts.toBuilder().imageEncoder(null).build()));
        Adapter narrow =
                Adapter.create(
                        new AdapterConfig.Builder(6, 12).hidden(8).encoder(1, 2, 8).build(),
                        training());
        assertEquals(
                "languageWidth of the adapter must be width of the language model, 16, got 12",
                refused(() -> parts.toBuilder().adapter(narrow).build()));
    }

    @Test
    void nothingIsSampledForWhatIsRefused() {
        EasyGen silent =
                easyGen.withProgress(
                        (stage, done, total) -> {
                            throw new AssertionError(stage + " step " + done);
                        });
        List<ChatTurn> good = List.of(ChatTurn.user("what is it", images(1, 1)));
        List<ChatTurn> unasked = List.of(good.get(0), ChatTurn.assistant("a circle"));
        assertTrue(
                refused(() -> silent.chats(List.of(good, unasked)))
                        .startsWith("the last message must be of role user"));
        assertEquals(
                "number of <image> marks must be that of the images, 1, got 2",
                refused(
                        () ->
                                silent.answers(
                                        images(1, 2),
                                        List.of("what is it", "is <image> like <image>"))));
        assertTrue(
                refused(() -> silent.draw(List.of("a", "a", "a", "a red circle and a square")))
                        .contains("the text window holds 4"));
    }

    private interface Call {
        void run() throws IOException;
    }

    private static String refused(Call call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
