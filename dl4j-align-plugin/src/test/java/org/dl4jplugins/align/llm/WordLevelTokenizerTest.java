package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.align.generation.TextGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class WordLevelTokenizerTest {
    @TempDir Path folder;

    private static WordLevelTokenizer.Builder builder() {
        return new WordLevelTokenizer.Builder()
                .texts(List.of("<Img>What is this?!", "a Red circle, isn't it."))
                .words(List.of("blue", "circle"))
                .special("<Img>", "</Img>");
    }

    /** Ids as documented, in memory and from a folder. */
    @Test
    void wordsPunctuationAndSpecialTokens() throws IOException {
        WordLevelTokenizer words = builder().build();
        words.write(folder.resolve("new"));
        for (HfTokenizer tokenizer :
                List.of(words.tokenizer(), HfTokenizer.load(folder.resolve("new")))) {
            String[] expected = {
                "<pad>", "<s>", "</s>", "<unk>", "<Img>", "</Img>", "!", "'", ",", ".", "?", "a",
                "blue", "circle", "is", "isn", "it", "red", "t", "this", "what"
            };
            assertEquals(expected.length, tokenizer.vocabularySize());
            assertEquals(expected.length, words.size());
            for (int id = 0; id < expected.length; id++) {
                assertEquals(expected[id], tokenizer.token(id));
            }
            assertArrayEquals(
                    new int[] {1, 4, 20, 14, 3, 13, 10, 6, 5},
                    tokenizer.encode("<Img>What is\tgreen circle?!</Img>"));
            assertArrayEquals(new int[] {12}, tokenizer.encode("blue", false));
            SpecialTokens special = tokenizer.special();
            assertEquals(OptionalInt.of(0), special.pad());
            assertEquals(OptionalInt.of(1), special.bos());
            assertEquals(List.of(2), special.eos());
            assertEquals(OptionalInt.of(3), special.unk());
            HfTextEncoder encoder = new HfTextEncoder(tokenizer);
            assertEquals(OptionalInt.of(1), encoder.beginToken());
            assertEquals(OptionalInt.of(2), encoder.endToken());
            tokenizer.close();
        }
    }

    @Test
    void decodesAsOneWrites() {
        try (HfTokenizer tokenizer = builder().build().tokenizer()) {
            for (String text : List.of("what is this?", "a red circle, is it.", "it isn't blue!")) {
                assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
            }
            assertEquals("<s> <Img> it", tokenizer.decode(new int[] {1, 4, 16}, false));
            assertArrayEquals(
                    new int[] {1, 11, 16}, EncodedPair.ids(tokenizer, "a", "it")); // <s> once
        }
    }

    /** A pair of texts as one row. */
    private static final class EncodedPair {
        static int[] ids(HfTokenizer tokenizer, String first, String second) {
            return tokenizer
                    .batch(List.of(first), List.of(second), EncodingOptions.defaults())
                    .ids()
                    .toIntVector();
        }
    }

    @Test
    void mayBeginWithoutATokenOfItsOwn() throws IOException {
        WordLevelTokenizer words = builder().begins(false).build();
        words.write(folder.resolve("plain"));
        for (HfTokenizer tokenizer :
                List.of(words.tokenizer(), HfTokenizer.load(folder.resolve("plain")))) {
            assertArrayEquals(new int[] {11, 17}, tokenizer.encode("a red"));
            tokenizer.close();
        }
    }

    @Test
    void mayKeepCapitals() {
        try (HfTokenizer tokenizer = builder().lowerCase(false).build().tokenizer()) {
            assertTrue(tokenizer.id("Red").isPresent());
            assertFalse(tokenizer.id("red").isPresent());
            assertEquals("a Red", tokenizer.decode(tokenizer.encode("a Red red")).substring(0, 5));
        }
    }

    private static void refused(String message, WordLevelTokenizer.Builder builder) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }

    @Test
    void refusesWhatNoTextCouldHold() {
        String rule =
                ", must be without white space, and without punctuation or a single mark of it";
        refused("word is \"red circle\"" + rule, builder().words(List.of("red circle")));
        refused("word is \"isn't\"" + rule, builder().words(List.of("isn't")));
        refused("word is \"\"" + rule, builder().words(List.of("")));
        refused(
                "words is none, must be at least one, from words or texts",
                new WordLevelTokenizer.Builder());
        refused("special token is \" \", must be not blank", builder().special(" "));
        refused("special token is \"blue\", must be none of the words", builder().special("blue"));
    }

    /** A model from nothing learns a sentence, is saved, loaded and goes on as before. */
    @Test
    void languageModelFromNothing() throws IOException {
        String text = "what is this? a red circle.";
        HfTokenizer tokenizer = builder().build().tokenizer();
        HfConfig config =
                new LlamaConfig.Builder(tokenizer.vocabularySize())
                        .hiddenSize(16)
                        .intermediateSize(32)
                        .blocks(1)
                        .heads(2)
                        .maxPositions(16)
                        .padToken(0)
                        .build();
        ModelOptions options = new ModelOptions.Builder().updater(new Adam(0.02)).seed(5).build();
        HfCheckpoint model = HfCheckpoint.create(config, tokenizer, options);
        assertTrue(model.initialized().contains("model.embed_tokens.weight"));
        INDArray ids = Nd4j.createFromArray(new int[][] {tokenizer.encode(text)});
        long n = ids.size(1);
        INDArray next = Nd4j.valueArrayOf(new long[] {1, n}, 2f); // ends with </s>
        for (int t = 1; t < n; t++) {
            next.putScalar(0, t - 1, ids.getInt(0, t));
        }
        for (int step = 0; step < 60; step++) {
            model.graph().fit(new MultiDataSet(ids.castTo(next.dataType()), next));
        }
        model.graph().clear();
        model.save(folder);
        HfCheckpoint loaded = HfCheckpoint.load(folder);
        assertEquals(model.graph().params(), loaded.graph().params());
        assertEquals(List.of(), loaded.initialized());
        assertEquals(config, loaded.config());
        for (HfCheckpoint either : List.of(model, loaded)) {
            String said =
                    new TextGenerator.Builder(either.graph(), either.tokenizer())
                            .maxNewTokens(12)
                            .build()
                            .generate("what is this?")
                            .text();
            assertEquals("a red circle.", said);
        }
        HfConfig small = config.with("vocab_size", 3);
        assertEquals(
                "vocabulary of the tokenizer is 21 tokens, must be at most vocab_size in config, 3",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> HfCheckpoint.create(small, tokenizer, options))
                        .getMessage());
    }

    @Test
    void aTiedModelNeedsNoTokenizer() throws IOException {
        HfConfig config =
                new LlamaConfig.Builder(9).hiddenSize(8).heads(2).blocks(1).tied(true).build();
        HfCheckpoint model = HfCheckpoint.create(config, null, ModelOptions.defaults());
        assertFalse(model.hasTokenizer());
        model.save(folder);
        HfCheckpoint loaded = HfCheckpoint.load(folder);
        assertEquals(model.graph().params(), loaded.graph().params());
        assertFalse(loaded.hasTokenizer());
    }
}
