package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.dl4jplugins.multimodal.metric.Cider.Variant;
import org.junit.jupiter.api.Test;

/**
 * Of two pictures' references "a" is in both and weighs 0; every other n-gram weighs L = log 2,
 * which cancels.
 */
class CiderTest {

    private static final List<List<String>> REFERENCES =
            List.of(List.of("a red circle"), List.of("a blue square"));

    /**
     * First caption: 1-grams {red, square} against {red, circle} 1/2, 2-grams {a red, red square}
     * against {a red, red circle} 1/2, then 0 and 0. Second: 1, 1, 1 and no 4-gram.
     */
    @Test
    void cosinesByHand() {
        List<String> captions = List.of("A red square.", "A blue square.");
        for (Variant variant : Variant.values()) {
            List<Double> scores = new Cider(variant).scores(captions, REFERENCES);
            assertEquals(10 * (1 / 2.0 + 1 / 2.0) / 4, scores.get(0), 1e-12);
            assertEquals(10 * (1 + 1 + 1) / 4.0, scores.get(1), 1e-12);
            assertEquals(5, new Cider(variant).score(captions, REFERENCES), 1e-12);
        }
    }

    /**
     * "a red red circle": 1-grams (red 2, circle 1) against (1, 1), 2-grams {a red, red red, red
     * circle} against {a red, red circle}; a word more.
     */
    @Test
    void repetitionIsCutAndLengthPunishedInD() {
        List<String> captions = List.of("a red red circle", "a blue square");
        double pairs = 2 / Math.sqrt(6);
        assertEquals(
                10 * (3 / Math.sqrt(10) + pairs) / 4,
                new Cider(Variant.CIDER).scores(captions, REFERENCES).get(0),
                1e-12);
        assertEquals(
                10 * (2 / Math.sqrt(10) + pairs) / 4 * Math.exp(-1 / 72.0),
                new Cider().scores(captions, REFERENCES).get(0),
                1e-12);
    }

    /** With log 3 for "red", log 3/2 for "circle" and 0 for "a": weights differ now. */
    @Test
    void rareWordsWeighMore() {
        List<List<String>> references =
                List.of(
                        List.of("a red circle", "a circle"),
                        List.of("a blue circle"),
                        List.of("a"));
        double red = Math.log(3);
        double circle = Math.log(1.5);
        List<Double> scores =
                new Cider(Variant.CIDER).scores(List.of("red", "circle circle", "a"), references);
        // "red" against "a red circle" and "a circle"; there are no longer n-grams.
        assertEquals(10 * red / Math.hypot(red, circle) / 4 / 2, scores.get(0), 1e-12);
        double blue = Math.log(3);
        assertEquals(10 * circle / Math.hypot(blue, circle) / 4, scores.get(1), 1e-12);
        assertEquals(0, scores.get(2), 0, "a word of all pictures weighs nothing");
    }

    @Test
    void frequenciesOfAnotherCorpus() {
        DocumentFrequencies frequencies =
                DocumentFrequencies.of(
                        List.of(List.of("a red circle", "red red"), List.of("a cross")));
        assertEquals(1, frequencies.count(List.of("red")));
        assertEquals(2, frequencies.count(List.of("a")));
        assertEquals(1, frequencies.count(List.of("a", "red", "circle")));
        assertEquals(0, frequencies.count(List.of("green")));
        assertEquals(2, frequencies.documents());
        List<List<String>> one = List.of(List.of("a red cross"));
        assertEquals(0, new Cider().score(List.of("a red cross"), one), 0);
        assertEquals(
                7.5,
                new Cider(Variant.CIDER_D, frequencies).score(List.of("a red cross"), one),
                1e-12);
        DocumentFrequencies words = DocumentFrequencies.of(one, 1);
        assertThrows(IllegalArgumentException.class, () -> new Cider(Variant.CIDER, words));
    }
}
