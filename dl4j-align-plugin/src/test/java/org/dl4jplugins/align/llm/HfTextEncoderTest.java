package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.align.data.InstructionIterator;
import org.dl4jplugins.align.data.PromptTemplates;
import org.dl4jplugins.align.data.TextClassificationIterator;
import org.dl4jplugins.align.data.TextExample;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** The iterators with real tokenizers. */
class HfTextEncoderTest {

    /** Words, of which {@code </s>} is put behind a text, as T5 does. */
    private static final String WORDS =
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":["
                    + special(0, "<pad>")
                    + ","
                    + special(1, "</s>")
                    + "],\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Whitespace\"},"
                    + "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":["
                    + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                    + "{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}],\"pair\":["
                    + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                    + "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],\"special_tokens\":{"
                    + "\"</s>\":{\"id\":\"</s>\",\"ids\":[1],\"tokens\":[\"</s>\"]}}},"
                    + "\"decoder\":null,\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"<unk>\","
                    + "\"vocab\":{\"<pad>\":0,\"</s>\":1,\"<unk>\":2,\"yes\":3,\"no\":4}}}";

    private static String special(int id, String token) {
        return "{\"id\":"
                + id
                + ",\"content\":\""
                + token
                + "\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
                + "\"normalized\":false,\"special\":true}";
    }

    @Test
    void onlyAnEndTokenAsInT5() throws Exception {
        byte[] json = WORDS.getBytes(StandardCharsets.UTF_8);
        try (HfTokenizer tokenizer = HfTokenizer.read(new ByteArrayInputStream(json), "words")) {
            HfTextEncoder encoder = new HfTextEncoder(tokenizer);
            assertEquals(OptionalInt.empty(), encoder.beginToken());
            assertEquals(OptionalInt.of(1), encoder.endToken());
            assertEquals(OptionalInt.of(0), encoder.paddingToken());
            assertEquals(5, encoder.vocabularySize());
            assertArrayEquals(new int[] {3, 4, 2}, encoder.encode("yes no maybe"));
        }
    }

    @Test
    void textsAndPairsForBertAreThoseOfItsTokenizer() throws Exception {
        try (HfTokenizer tokenizer = MiniLm.tokenizer()) {
            HfTextEncoder encoder = new HfTextEncoder(tokenizer);
            assertEquals(OptionalInt.of(101), encoder.beginToken());
            assertEquals(OptionalInt.of(102), encoder.endToken());
            List<TextExample> examples =
                    List.of(
                            TextExample.of("Is it raining?", "It has been dry for weeks.", "no"),
                            TextExample.of("Who?", "Nobody knows, but many guess.", "yes"));
            MultiDataSet pairs =
                    new TextClassificationIterator.Builder(encoder, examples)
                            .pair(TextExample::instruction, TextExample::input)
                            .shuffle(false)
                            .build()
                            .next();
            TokenBatch expected =
                    tokenizer.batch(
                            examples.stream().map(TextExample::instruction).toList(),
                            examples.stream().map(TextExample::input).toList(),
                            EncodingOptions.defaults());
            assertSame(expected, pairs);
            MultiDataSet single =
                    new TextClassificationIterator.Builder(encoder, examples)
                            .text(TextExample::input)
                            .shuffle(false)
                            .build()
                            .next();
            assertSame(
                    tokenizer.batch(
                            examples.stream().map(TextExample::input).toList(),
                            EncodingOptions.defaults()),
                    single);
        }
    }

    private static void assertSame(TokenBatch expected, MultiDataSet actual) {
        assertArrayEquals(expected.ids().toIntMatrix(), actual.getFeatures(0).toIntMatrix());
        assertArrayEquals(expected.types().toIntMatrix(), actual.getFeatures(1).toIntMatrix());
        assertArrayEquals(
                expected.mask().toIntMatrix(), actual.getFeaturesMaskArray(0).toIntMatrix());
    }

    @Test
    void storiesAreWhatTheModelReads() throws Exception {
        String shared = System.getProperty("dl4jplugins.shared", "../../shared");
        Path story = new File(shared, "models/story").toPath();
        Assumptions.assumeTrue(story.resolve(HfTokenizer.FILE).toFile().exists(), "no " + story);
        try (HfTokenizer tokenizer = HfTokenizer.load(story)) {
            HfTextEncoder encoder = new HfTextEncoder(tokenizer);
            assertEquals(OptionalInt.of(1), encoder.beginToken());
            assertEquals(OptionalInt.of(2), encoder.endToken());
            TextExample example = TextExample.of("Once upon a time", "there was a cat.");
            MultiDataSet data =
                    new InstructionIterator.Builder(encoder, List.of(example)).build().next();
            int[] asked = PromptTemplates.plain().promptTokens(encoder, example);
            assertArrayEquals(tokenizer.encode("Once upon a time"), asked);
            int[] ids = data.getFeatures(0).toIntVector();
            assertArrayEquals(asked, java.util.Arrays.copyOf(ids, asked.length));
            int[] mask = data.getLabelsMaskArray(0).toIntVector();
            for (int t = 0; t < mask.length; t++) {
                assertEquals(t >= asked.length - 1 ? 1 : 0, mask[t]);
            }
            int[] labels = data.getLabels(0).toIntVector();
            assertEquals(2, labels[labels.length - 1]);
            assertEquals(
                    "there was a cat.",
                    tokenizer
                            .decode(
                                    java.util.Arrays.copyOfRange(
                                            labels, asked.length - 1, labels.length))
                            .strip());
        }
    }
}
