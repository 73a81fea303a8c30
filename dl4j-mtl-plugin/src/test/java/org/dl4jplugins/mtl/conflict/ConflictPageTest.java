package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConflictPageTest {

    private static final List<String> TWO = List.of("x", "y");

    /** A report in which each layer has given cosines in turn. */
    private static ConflictReport report(List<String> layers, double[]... cosines) {
        ConflictRecorder recorder =
                new ConflictRecorder(
                        TWO,
                        new int[] {0, 1},
                        layers.stream().map(name -> new SharedLayer(name, 2)).toList(),
                        Gradients.settings(),
                        0);
        for (int i = 0; i < cosines[0].length; i++) {
            double[][][] gramians = new double[layers.size()][][];
            for (int layer = 0; layer < layers.size(); layer++) {
                double cosine = cosines[layer][i];
                gramians[layer] = new double[][] {{1, cosine}, {cosine, 1}};
            }
            recorder.record(0, new LayerGramians(TWO, layers, gramians));
        }
        return new ConflictReport(recorder.snapshot());
    }

    private final ConflictReport before =
            report(
                    List.of("a", "b", "c"),
                    new double[] {-0.5, -0.5, -0.5, 0.5},
                    new double[] {-0.3, -0.005, 0.1, -0.025},
                    new double[] {-0.015, 0.1, 0.1, -0.9});
    private final ConflictReport after =
            report(
                    List.of("b", "c", "d"),
                    new double[] {0.3, -0.005, 0.1, -0.025},
                    new double[] {0.3, -0.005, 0.1, 0.1},
                    new double[] {-1, -1, -1, -1});

    private ConflictComparison comparison() {
        return new ConflictComparison.Builder(ConflictTable.MULTI_FASHION_MNIST)
                .add("joint", before)
                .add("recon", after)
                .build();
    }

    @Test
    void onlyLayersSharedInAllAreCompared() {
        ConflictComparison comparison = comparison();
        assertEquals(List.of("b", "c"), comparison.layers());
        assertEquals(8, comparison.distribution("joint").total());
        assertEquals(4, comparison.distribution("joint").countBelow(-0.01));
        assertEquals(1, comparison.distribution("recon").countBelow(-0.01));
        assertEquals(75, comparison.reduction("recon"), 1e-12);
        assertEquals(0, comparison.reduction("joint"));
        // Sums of cosines: before -0.815, -0.405, -0.3, -0.425; after -0.4, -1.01, -0.8, -0.925.
        assertEquals(0, comparison.wholeModelReduction("recon"));
        String text = comparison.table().text();
        assertTrue(text.contains("75.00"), text);
        assertTrue(text.contains("(-0.03,-1] %"), text);
        assertTrue(comparison.chart().svg().contains("<svg"));
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        ConflictComparison.Builder builder =
                new ConflictComparison.Builder(ConflictTable.MULTI_FASHION_MNIST);
        assertThrows(IllegalArgumentException.class, builder::build);
        builder.add("one", before);
        assertThrows(IllegalArgumentException.class, () -> builder.add("one", after));
        builder.add("two", report(List.of("z"), new double[] {0.1}));
        assertThrows(IllegalArgumentException.class, builder::build);
        assertThrows(IllegalArgumentException.class, () -> comparison().reduction("three"));
    }

    @Test
    void thePageIsSelfContained(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.html");
        new ConflictPage.Builder("joint", before)
                .severity(-0.1)
                .top(2)
                .add("recon", after)
                .build()
                .write(file);
        String html = Files.readString(file);
        assertTrue(html.contains("Gradient conflicts: joint"));
        assertTrue(html.contains("Before and after"));
        assertTrue(html.contains(before.fingerprint()));
        assertTrue(html.contains("1st quarter"));
        assertFalse(html.contains("<script"));
        assertFalse(html.matches("(?s).*(src|href)=[\"']?(https?:|//|file:).*"));
    }

    @Test
    void severalEpochsAndTasksHaveTheirCharts() {
        ConflictReport report = Gradients.report(Gradients.random(30, 3), 10, 0);
        HtmlReport page = new ConflictPage.Builder("three tasks", report).build();
        assertTrue(page.html().contains("Who fights"));
        assertFalse(page.html().contains("Before and after"));
        assertTrue(page.html().contains("gradient of c"));
    }

    @Test
    void badSettingsAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ConflictPage.Builder("x", before).severity(-0.123).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ConflictPage.Builder("x", before).top(4).build());
    }
}
