package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Ec2Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class HfTokenizerTest {
    /** A WordPiece tokenizer that knows four letters and a word. */
    private static final String SMALL =
            "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":["
                    + "{\"id\":0,\"content\":\"[PAD]\",\"single_word\":false,\"lstrip\":false,"
                    + "\"rstrip\":false,\"normalized\":false,\"special\":true},"
                    + "{\"id\":6,\"content\":\"<end>\",\"single_word\":false,\"lstrip\":false,"
                    + "\"rstrip\":false,\"normalized\":false,\"special\":true}],"
                    + "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Whitespace\"},"
                    + "\"post_processor\":null,\"decoder\":{\"type\":\"WordPiece\",\"prefix\":\"##\","
                    + "\"cleanup\":true},\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
                    + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,"
                    + "\"vocab\":{\"[PAD]\":0,\"[UNK]\":1,\"a\":2,\"b\":3,\"##a\":4,\"word\":5}}}";

    private static HfTokenizer bert;

    @TempDir Path folder;

    @BeforeAll
    static void load() throws IOException {
        System.clearProperty("OPT_OUT_TRACKING");
        System.setProperty("ai.djl.offline", "false");
        bert = MiniLm.tokenizer();
        assertNull(System.getProperty("OPT_OUT_TRACKING"));
        assertEquals("false", System.clearProperty("ai.djl.offline"));
    }

    @AfterAll
    static void close() {
        bert.close();
    }

    /** The library would report home now, as it does once a day. */
    @Test
    void makingATokenizerReportsToNobody() throws Exception {
        Field last = Ec2Utils.class.getDeclaredField("lastCheckIn");
        last.setAccessible(true);
        last.setLong(null, 0);
        MiniLm.tokenizer().close();
        assertEquals(0, last.getLong(null), "the library took the time of a report");
    }

    @Test
    void encodesAndDecodes() {
        int[] ids = bert.encode("Hello world!");
        assertArrayEquals(new int[] {101, 7592, 2088, 999, 102}, ids);
        assertArrayEquals(new int[] {7592, 2088, 999}, bert.encode("Hello world!", false));
        assertEquals("hello world!", bert.decode(ids));
        assertEquals("[CLS] hello world! [SEP]", bert.decode(ids, false));
        assertEquals(30522, bert.vocabularySize());
        assertEquals(7592, bert.id("hello").getAsInt());
        assertEquals("[SEP]", bert.token(102));
        assertEquals(OptionalInt.empty(), bert.id("no such token"));
        assertEquals("hello", bert.decode(new int[] {7592, 99_999}));
        assertThrows(IllegalArgumentException.class, () -> bert.decode(new int[] {-1}));
        assertThrows(IllegalArgumentException.class, () -> bert.token(30522));
    }

    @Test
    void batchesPadOnTheChosenSide() {
        List<String> texts = List.of("Hello world!", "Hi");
        TokenBatch right = bert.batch(texts, EncodingOptions.defaults());
        assertEquals(DataType.FLOAT, right.ids().dataType());
        assertArrayEquals(
                new double[][] {{101, 7592, 2088, 999, 102}, {101, 7632, 102, 0, 0}},
                right.ids().toDoubleMatrix());
        assertArrayEquals(
                new double[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}}, right.mask().toDoubleMatrix());
        assertEquals(0, right.types().sumNumber().doubleValue());

        TokenBatch left =
                bert.batch(
                        texts,
                        new EncodingOptions.Builder()
                                .paddingSide(EncodingOptions.Side.LEFT)
                                .specialTokens(false)
                                .multipleOf(4)
                                .dataType(DataType.INT64)
                                .build());
        assertEquals(DataType.INT64, left.mask().dataType());
        assertArrayEquals(
                new double[][] {{0, 7592, 2088, 999}, {0, 0, 0, 7632}},
                left.ids().castTo(DataType.DOUBLE).toDoubleMatrix());
        assertArrayEquals(
                new double[][] {{0, 1, 1, 1}, {0, 0, 0, 1}},
                left.mask().castTo(DataType.DOUBLE).toDoubleMatrix());

        TokenBatch fixed =
                bert.batch(
                        texts,
                        new EncodingOptions.Builder().maxLength(9).padToMaxLength(true).build());
        assertArrayEquals(new long[] {2, 9}, fixed.ids().shape());
    }

    @Test
    void cutsTextsButNotWhatTheTokenizerAdds() {
        EncodingOptions.Builder four = new EncodingOptions.Builder().maxLength(4);
        List<String> text = List.of("one two three four");
        assertArrayEquals(
                new double[][] {{101, 2028, 2048, 102}},
                bert.batch(text, four.build()).ids().toDoubleMatrix());
        assertArrayEquals(
                new double[][] {{101, 2093, 2176, 102}},
                bert.batch(text, four.truncationSide(EncodingOptions.Side.LEFT).build())
                        .ids()
                        .toDoubleMatrix());
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> bert.batch(text, four.maxLength(1).build()))
                        .getMessage();
        assertTrue(message.contains("maxLength is 1, must be at least 2"), message);
    }

    @Test
    void cutsTheLongerPartOfAPair() {
        TokenBatch pair =
                bert.batch(
                        List.of("one two three four"),
                        List.of("hello world"),
                        new EncodingOptions.Builder().maxLength(7).build());
        // Longest first: four and two tokens become two and two.
        assertArrayEquals(
                new double[][] {{101, 2028, 2048, 102, 7592, 2088, 102}},
                pair.ids().toDoubleMatrix());
        assertArrayEquals(new double[][] {{0, 0, 0, 0, 1, 1, 1}}, pair.types().toDoubleMatrix());
        assertThrows(
                IllegalArgumentException.class,
                () -> bert.batch(List.of("a"), List.of(), EncodingOptions.defaults()));
    }

    @Test
    void refusesEmptyBatches() {
        EncodingOptions bare = new EncodingOptions.Builder().specialTokens(false).build();
        assertThrows(IllegalArgumentException.class, () -> bert.batch(List.of(), bare));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> bert.batch(List.of("a", ""), bare))
                        .getMessage();
        assertTrue(message.contains("text 1 is without tokens"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> new EncodingOptions.Builder().padToMaxLength(true).build());
    }

    @Test
    void findsSpecialTokensInTheFilesBeside() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), SMALL);
        try (HfTokenizer bare = HfTokenizer.load(folder)) {
            assertEquals(7, bare.vocabularySize());
            assertEquals(OptionalInt.of(0), bare.special().pad());
            assertEquals(List.of(), bare.special().eos());
            assertArrayEquals(new int[] {2, 4, 5, 6}, bare.encode("aa word<end>"));
            assertEquals("aa word", bare.decode(new int[] {2, 4, 5, 6}));
        }
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"eos_token\":{\"content\":\"<end>\"},\"bos_token\":null,\"mask_token\":\"gone\","
                        + "\"chat_template\":\"{{ messages }}\"}");
        Files.writeString(folder.resolve("special_tokens_map.json"), "{\"pad_token\":\"<end>\"}");
        Files.writeString(folder.resolve("config.json"), "{\"bos_token_id\":5,\"eos_token_id\":3}");
        try (HfTokenizer named = HfTokenizer.load(folder)) {
            assertEquals(List.of(6), named.special().eos());
            assertEquals(OptionalInt.of(6), named.special().pad());
            assertEquals(OptionalInt.of(5), named.special().bos());
            assertEquals(OptionalInt.empty(), named.special().mask());
            assertEquals("{{ messages }}", named.settings().text("chat_template"));
        }
        Files.writeString(
                folder.resolve("generation_config.json"),
                "{\"eos_token_id\":[3,6],\"pad_token_id\":1,\"decoder_start_token_id\":0}");
        try (HfTokenizer generating = HfTokenizer.load(folder)) {
            assertEquals(List.of(3, 6), generating.special().eos());
            assertEquals(OptionalInt.of(1), generating.special().pad());
            assertEquals(OptionalInt.of(0), generating.special().decoderStart());
        }
    }

    @Test
    void refusesWhatIsNoTokenizer() throws IOException {
        String missing =
                assertThrows(NoSuchFileException.class, () -> HfTokenizer.load(folder))
                        .getMessage();
        assertTrue(missing.contains("tokenizer.json") && missing.contains("convert"), missing);
        refused("{", "is not valid JSON");
        refused("{}", "has no tokens in model.vocab");
        refused("{\"model\":{\"vocab\":{\"a\":-1}}}", "token \"a\" has the id -1");
        refused("{\"model\":{\"vocab\":{\"a\":0}}}", "is no tokenizer that can be read");
    }

    private static void refused(String json, String reason) {
        String message =
                assertThrows(
                                MalformedFileException.class,
                                () ->
                                        HfTokenizer.read(
                                                new ByteArrayInputStream(
                                                        json.getBytes(StandardCharsets.UTF_8)),
                                                "t.json"))
                        .getMessage();
        assertTrue(message.startsWith("t.json: ") && message.contains(reason), message);
    }
}
