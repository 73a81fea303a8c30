package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class PreferenceIteratorTest {

    private final Words words = new Words();

    private static List<PreferenceExample> read(String json) throws Exception {
        return PreferenceExamples.read(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "some.json");
    }

    private PreferenceIterator.Builder pairs(PreferenceExample... examples) {
        return new PreferenceIterator.Builder(words, List.of(examples)).shuffle(false);
    }

    private static PreferenceExample pair(String prompt, String chosen, String rejected) {
        return new PreferenceExample(TextExample.of(prompt, chosen), rejected);
    }

    @Test
    void formsOfFiles() throws Exception {
        String user = "{\"role\": \"user\", \"content\": \"q\"}";
        String good = "{\"role\": \"assistant\", \"content\": \"a\"}";
        String bad = "{\"role\": \"assistant\", \"content\": \"b\"}";
        PreferenceExample expected = pair("q", "a", "b");
        for (String json :
                List.of(
                        "{\"prompt\": \"q\", \"chosen\": \"a\", \"rejected\": \"b\"}",
                        "[{\"input\": \"q\", \"chosen\": \"a\", \"rejected\": \"b\"}]",
                        "{\"prompt\": [" + user + "], \"chosen\": \"a\", \"rejected\": \"b\"}",
                        "{\"prompt\": [%s], \"chosen\": [%s], \"rejected\": [%s]}"
                                .formatted(user, good, bad),
                        "{\"chosen\": [%s, %s], \"rejected\": [%s, %s]}"
                                .formatted(user, good, user, bad))) {
            assertEquals(List.of(expected), read(json), json);
        }
        assertEquals(
                TextExample.of("do", "it", "a"),
                read("{\"instruction\":\"do\",\"input\":\"it\",\"chosen\":\"a\",\"rejected\":\"b\"}")
                        .get(0)
                        .chosen());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    []                                                       | no examples
                    [{"prompt": "q", "chosen": "a"}]                         | entry 1 (line 1): expected fields 'chosen' and 'rejected'
                    [{"chosen": "a", "rejected": "b"}]                       | entry 1 (line 1): expected a field 'prompt'
                    [{"prompt": "q", "chosen": "a", "rejected": "a"}]        | entry 1 (line 1): the rejected answer must
                    [{"prompt": "q", "chosen": "a", "rejected": " "}]        | entry 1 (line 1): the rejected answer must
                    [{"prompt": "q", "chosen": " ", "rejected": "a"}]        | entry 1 (line 1): the output is blank
                    [{"prompt": "q", "chosen": [], "rejected": "a"}]         | entry 1 (line 1): field 'chosen' must hold one message
                    [5]                                                      | entry 1 (line 1): expected an object
                    """)
    void badFilesAreNamedWithTheEntry(String json, String problem) {
        String message = assertThrows(MalformedFileException.class, () -> read(json)).getMessage();
        assertTrue(message.startsWith("some.json: ") && message.contains(problem), message);
    }

    @Test
    void chosenRowsThenRejectedOnes() {
        PreferenceIterator data = pairs(pair("1 2", "x", "y z"), pair("3", "u", "v")).build();
        MultiDataSet batch = data.next();
        assertArrayEquals(new long[] {4, 5}, batch.getFeatures(0).shape());
        String[] rows = {"<s>1 2 x", "<s>3 u", "<s>1 2 y z", "<s>3 v"};
        String[] learned = {" x</s>", " u</s>", " y z</s>", " v</s>"};
        for (int row = 0; row < 4; row++) {
            StringBuilder seen = new StringBuilder();
            StringBuilder said = new StringBuilder();
            for (int t = 0; t < 5; t++) {
                if (batch.getFeaturesMaskArray(0).getInt(row, t) == 1) {
                    seen.append(words.decode(batch.getFeatures(0).getInt(row, t)));
                }
                if (batch.getLabelsMaskArray(0).getInt(row, t) == 1) {
                    said.append(words.decode(batch.getLabels(0).getInt(row, t)));
                }
            }
            assertEquals(rows[row], seen.toString());
            assertEquals(learned[row], said.toString());
        }
        assertEquals(2, data.summary().examples());
        assertEquals(4, data.summary().rows());
        assertEquals(9, data.summary().labeledTokens());
    }

    @Test
    void bothLoseTheSamePartOfThePrompt() {
        PreferenceExample pair = pair("1 2 3 4", "x", "y z w");
        PreferenceIterator data = pairs(pair).maxLength(6).build();
        MultiDataSet batch = data.next();
        assertEquals("<s> 3 4 x", words.decode(row(batch, 0, 4)));
        assertEquals("<s> 3 4 y z w", words.decode(row(batch, 1, 6)));
        assertEquals(1, data.summary().truncated());
        assertThrows(IllegalArgumentException.class, () -> pairs(pair).maxLength(3).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> pairs(pair).maxLength(3).overlong(Overlong.SKIP).build());
        assertEquals(
                List.of("example 2"),
                pairs(pair("q", "a", "b"), pair)
                        .maxLength(3)
                        .overlong(Overlong.SKIP)
                        .build()
                        .summary()
                        .skipped());
    }

    private static int[] row(MultiDataSet batch, int row, int length) {
        return java.util.Arrays.copyOf(batch.getFeatures(0).getRow(row).toIntVector(), length);
    }
}
