package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaptionWordsTest {

    @Test
    void smallLettersWithoutPunctuation() {
        assertEquals(
                List.of("a", "man's", "hat", "well-worn", "ümlaut", "2"),
                CaptionWords.of(" A man\u2019s hat, (well-worn) -- '\u00dcmlaut' 2!"));
        assertEquals(List.of(), CaptionWords.of(" ... "));
    }

    @Test
    void sequencesAreCounted() {
        assertEquals(
                Map.of(List.of("a", "b"), 2, List.of("b", "a"), 1),
                CaptionWords.ngrams(List.of("a", "b", "a", "b"), 2));
        assertEquals(Map.of(), CaptionWords.ngrams(List.of("a"), 2));
    }
}
