package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RougeLTest {

    private static double score(double beta, String caption, String... references) {
        return new RougeL(beta).score(List.of(caption), List.of(List.of(references)));
    }

    /** The example of the paper's section 3.1. */
    @Test
    void orderCounts() {
        assertEquals(
                3 / 4.0, score(1, "police kill the gunman", "police killed the gunman"), 1e-12);
        assertEquals(
                2 / 4.0, score(1, "the gunman kill police", "police killed the gunman"), 1e-12);
    }

    /** LCS "a red circle": P = 3/3, R = 3/7. */
    @Test
    void betaWeighsRecall() {
        double recall = 3 / 7.0;
        assertEquals(
                (1 + 1.44) * recall / (recall + 1.44),
                score(1.2, "a red circle", "a small red circle in the center"),
                1e-12);
        assertEquals(
                2 * recall / (recall + 1),
                score(1, "a red circle", "a small red circle in the center"),
                1e-12);
    }

    /** First reference: P = 2/4, R = 2/2; second: P = 3/4, R = 3/6. */
    @Test
    void precisionAndRecallMayBeOfDifferentReferences() {
        assertEquals(2 * 0.75 * 1 / (0.75 + 1), score(1, "a b c d", "a b", "a b c x y z"), 1e-12);
    }

    @Test
    void meanOverCaptions() {
        assertEquals(
                0.5,
                new RougeL()
                        .score(
                                List.of("a b c", ""),
                                List.of(List.of("A, b, c!"), List.of("a b c"))),
                1e-12);
        assertEquals(0, score(1.2, "x", "y"), 0);
        assertThrows(IllegalArgumentException.class, () -> new RougeL(0));
    }
}
