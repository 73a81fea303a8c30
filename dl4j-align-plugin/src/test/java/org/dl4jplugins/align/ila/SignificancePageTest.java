package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SignificancePageTest {

    private static LayerSignificance run(String name, double... scores) {
        List<AdaptedMatrix> layers = Matrices.of("m.0.q_proj", "m.0.up_proj", "m.1.q_proj", "head");
        return new LayerSignificance.Builder(name, layers, scores)
                .detail("data", "<made-up>")
                .build();
    }

    @Test
    void oneRunShowsGridRankingAndNumbers() {
        String html = new SignificancePage.Builder(run("seed 1", 0.125, 3, 2, 1)).build().html();
        for (String part : List.of("seed 1", "m.0.q_proj", "0.1250", "&lt;made-up&gt;", "75 %")) {
            assertTrue(html.contains(part), part);
        }
        assertFalse(html.contains("Jaccard"));
    }

    @Test
    void moreRunsAreCompared() {
        String html =
                new SignificancePage.Builder(run("seed 1", 4, 3, 2, 1))
                        .add(run("seed 2", 4, 1, 3, 2))
                        .important(0.5)
                        .build()
                        .html();
        assertTrue(html.contains("Mean Jaccard index 0.333"));
        assertTrue(html.contains("by chance alone it would be 0.389"));
        assertTrue(html.contains("1 layers are important in all 2 runs"));
        assertTrue(html.contains("score, seed 2"));
    }

    @Test
    void wrongFractionsAreRefused() {
        SignificancePage.Builder page =
                new SignificancePage.Builder(run("seed 1", 4, 3, 2, 1)).important(0);
        assertThrows(IllegalArgumentException.class, page::build);
    }
}
