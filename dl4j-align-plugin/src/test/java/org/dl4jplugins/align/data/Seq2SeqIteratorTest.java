package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class Seq2SeqIteratorTest {

    private final Words words = new Words(false);

    private Seq2SeqIterator.Builder ordered(TextExample... examples) {
        return new Seq2SeqIterator.Builder(words, Words.PAD, List.of(examples)).shuffle(false);
    }

    private int[] ids(String text) {
        return words.encode(text);
    }

    @Test
    void decoderSeesTheAnswerShiftedRight() {
        MultiDataSet data =
                ordered(TextExample.of("ask me", "yes sir"), TextExample.of("go", "on"))
                        .build()
                        .next();
        int ask = ids("ask")[0];
        int me = ids(" me")[0];
        int yes = ids("yes")[0];
        int sir = ids(" sir")[0];
        assertArrayEquals(
                new int[][] {{ask, me, Words.END}, {ids("go")[0], Words.END, Words.PAD}},
                data.getFeatures(0).toIntMatrix());
        assertArrayEquals(
                new int[][] {{Words.PAD, yes, sir}, {Words.PAD, ids("on")[0], Words.PAD}},
                data.getFeatures(1).toIntMatrix());
        assertArrayEquals(
                new int[][] {{yes, sir, Words.END}, {ids("on")[0], Words.END, Words.PAD}},
                data.getLabels(0).toIntMatrix());
        int[][] mask = {{1, 1, 1}, {1, 1, 0}};
        assertArrayEquals(mask, data.getFeaturesMaskArray(0).toIntMatrix());
        assertArrayEquals(mask, data.getFeaturesMaskArray(1).toIntMatrix());
        assertArrayEquals(mask, data.getLabelsMaskArray(0).toIntMatrix());
    }

    @Test
    void questionsAreCutBeforeTheirEndToken() {
        Seq2SeqIterator data =
                ordered(TextExample.of("1 2 3 4 5", "a"), TextExample.of("1 2", "a"))
                        .maxInputLength(3)
                        .build();
        assertArrayEquals(
                new int[] {ids("1")[0], ids(" 2")[0], Words.END},
                data.next().getFeatures(0).getRow(0).toIntVector());
        assertEquals(1, data.summary().truncated());
        assertEquals(10, data.summary().tokens());
        assertEquals(4, data.summary().labeledTokens());
    }

    @Test
    void badInput() {
        TextExample big = new TextExample("big", List.of(), "", "q", "a b c");
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ordered(big).maxOutputLength(3).build())
                        .getMessage();
        assertTrue(message.startsWith("example 1 (big): the answer has 4 tokens"), message);
        Seq2SeqIterator data =
                ordered(TextExample.of("q", "a"), big)
                        .maxOutputLength(3)
                        .overlong(Overlong.SKIP)
                        .build();
        assertEquals(List.of("example 2 (big)"), data.summary().skipped());
        assertThrows(
                IllegalArgumentException.class,
                () -> ordered(big).maxOutputLength(3).overlong(Overlong.SKIP).build());
        assertThrows(IllegalArgumentException.class, () -> ordered().build());
        assertThrows(
                IllegalArgumentException.class,
                () -> new Seq2SeqIterator.Builder(words, 1000, List.of()));
    }
}
