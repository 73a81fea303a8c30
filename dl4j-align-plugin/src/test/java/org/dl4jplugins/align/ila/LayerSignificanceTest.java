package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSignificanceTest {

    private final LayerSignificance report =
            new LayerSignificance.Builder(
                            "run", Matrices.of("a", "b", "c", "d"), 1.5, -2, 1.5, 0.1 + 0.2)
                    .detail("seed", 7)
                    .build();

    @Test
    void theHighestScoreComesFirstAndTiesKeepTheNetworksOrder() {
        assertEquals(List.of("a", "c", "d", "b"), report.ranking());
        assertEquals(2, report.rank("c"));
        assertEquals(-2, report.score("b"));
        assertThrows(IllegalArgumentException.class, () -> report.rank("e"));
    }

    @Test
    void masksByCount() {
        assertEquals(List.of("a", "c"), report.keepMost(2).keptNames());
        assertEquals(List.of("b", "d"), report.keepLeast(2).keptNames());
        assertArrayEquals(new double[] {1, 0, 1, 1}, report.keepMost(3).gamma());
        assertThrows(IllegalArgumentException.class, () -> report.keepMost(0));
        assertThrows(IllegalArgumentException.class, () -> report.keepMost(5));
    }

    @Test
    void fractionsRoundToTheNearestCount() {
        double[] scores = new double[225];
        LayerSignificance llama =
                new LayerSignificance.Builder("llama", Matrices.count(225), scores).build();
        assertEquals(169, llama.keepMost(0.75).kept().size());
        assertEquals(169, llama.freezeLeast(0.25).kept().size());
        assertEquals(56, llama.freezeLeast(0.25).frozen().size());
        assertEquals(68, llama.keepMost(0.3).kept().size());
        assertEquals(23, llama.keepMost(0.1).kept().size());
        assertEquals(1, report.keepMost(0.01).kept().size());
        assertEquals(LayerMask.all(report.layers()), report.freezeLeast(0));
        for (int all = 1; all <= 40; all++) {
            LayerSignificance some =
                    new LayerSignificance.Builder("r", Matrices.count(all), new double[all])
                            .build();
            for (double freeze : new double[] {0.1, 0.25, 0.3, 0.5, 0.7, 0.9}) {
                assertEquals(
                        Math.max(
                                1, (int) Math.floor(all * (100 - 100 * freeze) / 100 + 0.5 + 1e-9)),
                        some.freezeLeast(freeze).kept().size());
            }
        }
        for (double wrong : new double[] {0, -0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> report.keepMost(wrong));
        }
        assertThrows(IllegalArgumentException.class, () -> report.freezeLeast(1));
    }

    @Test
    void mostAndLeastShareTheLayers() {
        for (int k = 1; k < 4; k++) {
            LayerMask most = report.keepMost(k);
            assertEquals(most.frozen(), report.keepLeast(4 - k).kept());
        }
    }

    @Test
    void jsonKeepsEverything(@TempDir Path folder) throws IOException {
        LayerSignificance read = LayerSignificance.fromJson(report.toJson());
        assertEquals(report, read);
        assertEquals(0.1 + 0.2, read.score("d"));
        assertEquals(Map.of("seed", "7"), read.details());
        assertEquals("ILA", read.method());
        Path file = folder.resolve("report.json");
        report.save(file);
        assertEquals(report, LayerSignificance.load(file));
        Files.writeString(file, report.toJson().substring(0, 100));
        String message =
                assertThrows(IllegalArgumentException.class, () -> LayerSignificance.load(file))
                        .getMessage();
        assertTrue(message.contains("report.json"), message);
    }

    @Test
    void damagedFilesAreRefusedWithTheReason() {
        String json = report.toJson();
        assertRefused("version", json.replace("\"version\" : 1", "\"version\" : 2"));
        assertRefused("fingerprint", json.replace("\"inputs\" : 4", "\"inputs\" : 5"));
        assertRefused("scores", json.replace("\"scores\" : [ 1.5, ", "\"scores\" : [ "));
        assertRefused("not a score", json.replace("\"scores\" : [ 1.5", "\"scores\" : [ \"x\""));
        assertRefused("format", json.replace("layer-significance", "other"));
        assertRefused("method", json.replace("\"method\"", "\"mthd\""));
    }

    private static void assertRefused(String reason, String json) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> LayerSignificance.fromJson(json))
                        .getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void anotherArchitectureIsRefusedTheSameIsNot() {
        report.requireSameArchitecture(Matrices.of("a", "b", "c", "d"));
        assertDiffers("another order", Matrices.of("b", "a", "c", "d"));
        assertDiffers("only in the report [d 4x4]", Matrices.of("a", "b", "c"));
        List<AdaptedMatrix> wider =
                List.of(
                        Matrices.matrix("a", 4, 4),
                        Matrices.matrix("b", 4, 8),
                        Matrices.matrix("c", 4, 4),
                        Matrices.matrix("d", 4, 4));
        assertDiffers("only in the model [b 4x8]", wider);
    }

    private void assertDiffers(String how, List<AdaptedMatrix> layers) {
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> report.requireSameArchitecture(layers))
                        .getMessage();
        assertTrue(message.contains(how), message);
    }

    @Test
    void badScoresAreRefused() {
        List<AdaptedMatrix> layers = Matrices.of("a", "b");
        assertThrows(
                IllegalArgumentException.class,
                () -> new LayerSignificance.Builder("r", layers, 1, Double.NaN));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LayerSignificance.Builder("r", layers, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LayerSignificance.Builder(" ", layers, 1, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LayerSignificance.Builder("r", Matrices.of("a", "a"), 1, 2));
    }
}
