package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.dl4jplugins.multimodal.metric.Bleu.Smoothing;
import org.junit.jupiter.api.Test;

class BleuTest {

    private static final List<String> CAPTIONS =
            List.of("A red circle left of a blue square.", "three green triangles");
    private static final List<List<String>> REFERENCES =
            List.of(
                    List.of("a red circle above a blue square"),
                    List.of("there are three green triangles"));

    /**
     * Right and all n-grams: 6/8, 4/7, 2/6, 0/5 of the first caption, 3/3, 2/2, 1/1, 0/0 of the
     * second; 11 words against 12.
     */
    @Test
    void precisionsAreOfTheCorpus() {
        double penalty = Math.exp(1 - 12 / 11.0);
        double p1 = 9 / 11.0;
        double p2 = 6 / 9.0;
        double p3 = 3 / 7.0;
        assertArrayEquals(
                new double[] {
                    penalty * p1, penalty * Math.sqrt(p1 * p2), penalty * Math.cbrt(p1 * p2 * p3), 0
                },
                new Bleu().scores(CAPTIONS, REFERENCES),
                1e-12);
        assertEquals(
                penalty * Math.cbrt(p1 * p2 * p3),
                new Bleu(3, Smoothing.NONE).score(CAPTIONS, REFERENCES),
                1e-12);
    }

    @Test
    void smoothingAddsOneToLongerNgrams() {
        double product = 9 / 11.0 * (7 / 10.0) * (4 / 8.0) * (1 / 6.0);
        assertEquals(
                Math.exp(1 - 12 / 11.0) * Math.pow(product, 0.25),
                new Bleu(4, Smoothing.ADD_ONE).score(CAPTIONS, REFERENCES),
                1e-12);
        assertEquals(
                0,
                new Bleu(4, Smoothing.ADD_ONE).score(List.of("x y"), List.of(List.of("a b"))),
                0,
                "no word is right");
    }

    /** The example of the paper's section 2.1: "the" counts twice, as in the first reference. */
    @Test
    void countsAreClipped() {
        List<List<String>> references =
                List.of(List.of("The cat is on the mat.", "There is a cat on the mat."));
        assertEquals(
                2 / 7.0,
                new Bleu(1, Smoothing.NONE)
                        .score(List.of("the the the the the the the"), references),
                1e-12);
    }

    @Test
    void theClosestReferenceCountsForTheLength() {
        Bleu bleu = new Bleu(1, Smoothing.NONE);
        List<List<String>> references = List.of(List.of("a b c d e f g", "a b c d e"));
        assertEquals(
                1, bleu.score(List.of("a b c d e"), references), 1e-12, "as long as the second");
        assertEquals(
                1, bleu.score(List.of("a b c d e f"), references), 1e-12, "5 is taken of 5, 7");
        assertEquals(Math.exp(1 - 5 / 3.0), bleu.score(List.of("a b c"), references), 1e-12);
    }

    @Test
    void emptyCaptionsScoreNothing() {
        assertEquals(0, new Bleu().score(List.of(""), List.of(List.of("a b"))), 0);
        assertEquals("BLEU-4", new Bleu().name());
    }

    @Test
    void wrongListsAreNamed() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Bleu().score(CAPTIONS, List.of(List.of("a"))));
        assertEquals(
                "captions and references must be as many, at least one each, got 2 and 1",
                e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Bleu().score(CAPTIONS, List.of(List.of("a"), List.of())));
        assertEquals("references[1] must be one reference or more, got none", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Bleu(0, Smoothing.NONE));
    }
}
