package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class TextClassificationIteratorTest {

    private final Words words = new Words();

    private TextClassificationIterator.Builder ordered(TextExample... examples) {
        return new TextClassificationIterator.Builder(words, List.of(examples)).shuffle(false);
    }

    private static final TextExample[] THREE = {
        TextExample.of("one two three", "b"), TextExample.of("one", "a"), TextExample.of("two", "b")
    };

    @Test
    void idsTypesMasksAndClasses() {
        TextClassificationIterator iterator = ordered(THREE).build();
        MultiDataSet data = iterator.next();
        int one = words.encode("one")[0];
        assertEquals(List.of("a", "b"), iterator.labels());
        assertArrayEquals(
                new int[] {Words.BEGIN, one, Words.END, Words.PAD, Words.PAD},
                data.getFeatures(0).getRow(1).toIntVector());
        assertEquals(0, data.getFeatures(1).sumNumber().intValue());
        assertArrayEquals(
                new int[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}, {1, 1, 1, 0, 0}},
                data.getFeaturesMaskArray(0).toIntMatrix());
        assertEquals(data.getFeaturesMaskArray(0), data.getFeaturesMaskArray(1));
        assertArrayEquals(new int[][] {{0, 1}, {1, 0}, {0, 1}}, data.getLabels(0).toIntMatrix());
        assertEquals(1, ordered(THREE).tokenTypes(false).build().next().numFeatureArrays());
    }

    @Test
    void pairsShareTheRoom() {
        TextExample pair = TextExample.of("1 2 3 4 5", "6 7", "yes");
        TextExample other = TextExample.of("1", "2 3 4 5 6 7", "no");
        TextClassificationIterator.Builder builder =
                ordered(pair, other).pair(TextExample::instruction, TextExample::input);
        MultiDataSet data = builder.maxLength(8).build().next();
        assertEquals(
                "<s>1 2 3</s>6 7</s>", words.decode(data.getFeatures(0).getRow(0).toIntVector()));
        assertArrayEquals(
                new int[] {0, 0, 0, 0, 0, 1, 1, 1}, data.getFeatures(1).getRow(0).toIntVector());
        assertEquals(
                "<s>1</s>2 3 4 5</s>", words.decode(data.getFeatures(0).getRow(1).toIntVector()));
        assertEquals(0, builder.maxLength(10).build().summary().truncated());
        assertEquals(2, builder.maxLength(9).build().summary().truncated());
        assertEquals(
                "1 2 3 4 5\n6 7",
                words.decode(
                                ordered(pair, other)
                                        .build()
                                        .next()
                                        .getFeatures(0)
                                        .getRow(0)
                                        .toIntVector())
                        .replaceAll("<.*?>", ""));
    }

    @Test
    void classesOfTheTrainingSet() {
        TextClassificationIterator.Builder test = ordered(TextExample.of("x", "b"));
        assertThrows(IllegalArgumentException.class, test::build);
        TextClassificationIterator data = test.labels(List.of("c", "b", "a")).build();
        assertArrayEquals(new int[][] {{0, 1, 0}}, data.next().getLabels(0).toIntMatrix());
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> test.labels(List.of("a", "c")).build())
                        .getMessage();
        assertTrue(message.contains("[a, c]") && message.contains("'b'"), message);
        assertThrows(IllegalArgumentException.class, () -> test.labels(List.of("a", "a")));
        assertThrows(IllegalArgumentException.class, () -> test.maxLength(3));
        assertThrows(IllegalArgumentException.class, () -> ordered().build());
    }
}
