package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class LanguageModelIteratorTest {

    private final Words words = new Words();

    private LanguageModelIterator.Builder ordered(String... texts) {
        return new LanguageModelIterator.Builder(words, List.of(texts)).shuffle(false);
    }

    @Test
    void blocksPredictEveryTokenOnce() {
        LanguageModelIterator data = ordered("a b c", "d e").block(3).build();
        MultiDataSet batch = data.next();
        StringBuilder predicted = new StringBuilder();
        for (int row = 0; row < 3; row++) {
            for (int t = 0; t < 3; t++) {
                if (batch.getLabelsMaskArray(0).getInt(row, t) == 1) {
                    predicted.append(words.decode(batch.getLabels(0).getInt(row, t)));
                }
            }
        }
        assertEquals("a b c</s><s>d e</s>", predicted.toString());
        assertEquals("<s>a b", words.decode(batch.getFeatures(0).getRow(0).toIntVector()));
        assertEquals(" c</s><s>", words.decode(batch.getFeatures(0).getRow(1).toIntVector()));
        assertArrayEquals(
                new int[][] {{1, 1, 1}, {1, 1, 1}, {1, 1, 0}},
                batch.getFeaturesMaskArray(0).toIntMatrix());
        assertEquals(8, data.summary().labeledTokens());
    }

    @Test
    void textsApart() {
        LanguageModelIterator data = ordered("a b c", "d e").block(3).joined(false).build();
        MultiDataSet batch = data.next();
        assertEquals(3, batch.getFeatures(0).size(0));
        assertEquals("<s>d e", words.decode(batch.getFeatures(0).getRow(2).toIntVector()));
        assertEquals(7, data.summary().labeledTokens());
        assertEquals(2, data.summary().examples());
    }

    @Test
    void badInput() {
        assertThrows(IllegalArgumentException.class, () -> ordered().build());
        assertThrows(IllegalArgumentException.class, () -> ordered("a").block(0));
        Words bare = new Words(false);
        LanguageModelIterator one =
                new LanguageModelIterator.Builder(bare, List.of("a")).block(5).build();
        assertEquals(1, one.summary().labeledTokens());
    }
}
