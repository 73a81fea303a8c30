package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerRankingTest {

    private static LayerRanking ranking(Object... layersAndScores) {
        List<LayerRanking.Entry> entries = new ArrayList<>();
        for (int i = 0; i < layersAndScores.length; i += 2) {
            entries.add(
                    new LayerRanking.Entry(
                            (String) layersAndScores[i], (int) layersAndScores[i + 1]));
        }
        return LayerRanking.of(entries);
    }

    @Test
    void equalScoresKeepTheNetworksOrder() {
        LayerRanking ranking = ranking("c", 1, "b", 5, "d", 1, "a", 5, "e", 0);
        assertEquals(List.of("b", "a", "c", "d", "e"), ranking.layers());
        assertEquals(List.of("b", "a", "c"), ranking.top(3));
        assertEquals(List.of("b", "a"), ranking.atLeast(2));
        assertEquals(3, ranking.rank("c"));
        assertEquals(1, ranking.score("d"));
    }

    @Test
    void distanceIsTheMeanDifferenceOfRanks() {
        LayerRanking one = ranking("a", 3, "b", 2, "c", 1);
        LayerRanking two = ranking("a", 1, "b", 2, "c", 3);
        LayerRanking three = ranking("a", 3, "b", 1, "c", 2);
        assertEquals(4.0 / 3, one.distance(two), 1e-15);
        assertEquals(2.0 / 3, one.distance(three), 1e-15);
        assertEquals(0, one.distance(one));
        assertEquals(two.distance(three), three.distance(two));
        assertThrows(IllegalArgumentException.class, () -> one.distance(ranking("a", 1, "b", 2)));
    }

    @Test
    void kMustFit() {
        LayerRanking ranking = ranking("a", 3, "b", 2);
        IllegalArgumentException tooMany =
                assertThrows(IllegalArgumentException.class, () -> ranking.top(3));
        assertTrue(tooMany.getMessage().contains("k: 3"), tooMany.getMessage());
        assertTrue(tooMany.getMessage().contains("1 to 2"), tooMany.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ranking.top(0));
        assertThrows(IllegalArgumentException.class, () -> ranking.rank("x"));
        assertThrows(IllegalArgumentException.class, () -> ranking("a", 1, "a", 2));
        assertThrows(IllegalArgumentException.class, () -> ranking("a", -1));
    }

    static LayerRanking multiFashion() throws IOException {
        try {
            return LayerRanking.readReference(
                    Path.of(LayerRankingTest.class.getResource("multifashion-S-0.1.json").toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void theReferencesMultiFashionRankingHasAllBatchNormsInItsTop25() throws IOException {
        LayerRanking ranking = multiFashion();
        assertEquals(41, ranking.layers().size());
        assertEquals("bn1", ranking.layers().get(0));
        assertEquals(4427, ranking.score("bn1"));
        assertEquals(41, ranking.rank("layer4.1.conv2"));
        List<String> top = ranking.top(25);
        List<String> convolutions = top.stream().filter(l -> l.contains("conv")).sorted().toList();
        assertEquals(
                List.of(
                        "conv1",
                        "layer1.0.conv1",
                        "layer1.0.conv2",
                        "layer1.1.conv1",
                        "layer1.1.conv2"),
                convolutions);
        assertEquals(20, top.stream().filter(l -> l.matches(".*(bn\\d|downsample\\.1)")).count());
    }

    @Test
    void theReferencesFormatIsWrittenAndReadBack(@TempDir Path folder) throws IOException {
        LayerRanking ranking = ranking("z", 7, "a.0", 7, "b", 9);
        Path file = folder.resolve("ranking.json");
        Files.writeString(file, ranking.toReferenceJson());
        assertEquals("{\"b\":9,\"z\":7,\"a.0\":7}", Files.readString(file));
        assertEquals(ranking, LayerRanking.readReference(file));
        Files.writeString(file, " [[\"b\", 9.0], [\"z\", 7], [\"a.0\", 7]] ");
        assertEquals(ranking, LayerRanking.readReference(file));
    }

    @Test
    void foreignAndTruncatedFilesAreRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ranking.json");
        for (String content :
                List.of(
                        "",
                        "{}",
                        "[]",
                        "17",
                        "{\"bn1\": 4427, \"layer1",
                        "{\"bn1\": 4427} {",
                        "{\"bn1\": \"many\"}",
                        "{\"bn1\": 1.5}",
                        "{\"bn1\": 4427, \"bn1\": 3}",
                        "[[\"bn1\", 1, 2]]",
                        "not json")) {
            Files.writeString(file, content);
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> LayerRanking.readReference(file),
                            content);
            assertTrue(refused.getMessage().contains("ranking.json"), refused.getMessage());
        }
    }

    @Test
    void layersCanBeRenamed() {
        LayerRanking ranking = ranking("x.0", 1, "x.1", 2);
        assertEquals(List.of("x-1", "x-0"), ranking.renamed(l -> l.replace('.', '-')).layers());
        assertThrows(IllegalArgumentException.class, () -> ranking.renamed(l -> "same"));
    }
}
