package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

class ConflictFilesTest {

    private final ConflictReport report = Gradients.report(Gradients.random(30, 20), 7, 0);

    @Test
    void jsonGivesAnEqualReport(@TempDir Path folder) throws IOException {
        ConflictReport read = ConflictReport.fromJson(report.toJson());
        assertEquals(report, read);
        assertEquals(report.hashCode(), read.hashCode());
        assertEquals(report.toJson(), read.toJson());
        Path file = folder.resolve("made/report.json");
        report.save(file);
        assertEquals(report, ConflictReport.load(file));
    }

    @Test
    void jsonFollowsItsSchema() throws IOException {
        JsonNode root = new ObjectMapper().readTree(report.toJson());
        assertEquals("dl4jplugins-conflict-report", root.get("format").asText());
        assertEquals(1, root.get("version").asInt());
        assertEquals("dense", root.get("layers").get(2).get("name").asText());
        assertEquals(7, root.get("layers").get(2).get("parameters").asInt());
        assertEquals(64, root.get("fingerprint").asText().length());
        assertEquals(5, root.get("epochs").size());
        assertEquals(2, root.get("epochs").get(4).get("iterations").asInt());
        assertEquals("c", root.get("pairs").get(1).get("tasks").get(1).asText());
        assertEquals(
                report.ranking(-0.1).entries().get(0).score(),
                root.get("rankings").get("-0.1").elements().next().asLong());
    }

    @Test
    void everyTruncationIsRefused(@TempDir Path folder) throws IOException {
        String json = report.toJson();
        for (int length = 0; length < json.length(); length += 97) {
            String cut = json.substring(0, length);
            assertThrows(IllegalArgumentException.class, () -> ConflictReport.fromJson(cut));
        }
        Path file = folder.resolve("cut.json");
        Files.writeString(file, json.substring(0, json.length() - 1));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ConflictReport.load(file));
        assertTrue(refused.getMessage().contains("cut.json"), refused.getMessage());
        assertThrows(IOException.class, () -> ConflictReport.load(folder.resolve("missing.json")));
    }

    @Test
    void foreignNewerAndTamperedFilesAreRefused() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        refuse("{\"bn1\": 4427}", "not a conflict report");
        refuse("[1, 2]", "not a conflict report");
        ObjectNode newer = (ObjectNode) mapper.readTree(report.toJson());
        refuse(newer.put("version", 2).toString(), "version 2");
        for (String field :
                List.of(
                        "tasks",
                        "layers",
                        "cuts",
                        "thresholds",
                        "every",
                        "runs",
                        "segments",
                        "epochs",
                        "pairs",
                        "norms",
                        "fingerprint")) {
            ObjectNode without = (ObjectNode) mapper.readTree(report.toJson());
            without.remove(field);
            refuse(without.toString(), "\"" + field + "\" is missing");
        }
        ObjectNode otherLayer = (ObjectNode) mapper.readTree(report.toJson());
        ((ObjectNode) otherLayer.get("layers").get(0)).put("parameters", 5);
        refuse(otherLayer.toString(), "fingerprint");
        ObjectNode otherCount = (ObjectNode) mapper.readTree(report.toJson());
        ArrayNode row = (ArrayNode) otherCount.get("pairs").get(0).get("counts").get(0);
        row.set(0, mapper.valueToTree(row.get(0).asLong() + 1));
        refuse(otherCount.toString(), "add up");
        ObjectNode text = (ObjectNode) mapper.readTree(report.toJson());
        ((ArrayNode) text.get("pairs").get(0).get("counts").get(0)).set(0, mapper.valueToTree("x"));
        refuse(text.toString(), "not a count");
        ObjectNode fewerTasks = (ObjectNode) mapper.readTree(report.toJson());
        ((ArrayNode) fewerTasks.get("tasks")).remove(0);
        refuse(fewerTasks.toString(), "do not fit the tasks");
    }

    private static void refuse(String json, String why) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> ConflictReport.fromJson(json), why);
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void csvGivesTheRankingsBack() {
        String csv = report.toCsv();
        List<String> lines = csv.lines().toList();
        assertEquals(
                "layer,parameters,comparisons,meanCosine,minCosine,"
                        + "score[0],score[-0.02],score[-0.1]",
                lines.get(0));
        assertEquals(5, lines.size());
        assertTrue(lines.get(4).startsWith("*,13,"), lines.get(4));
        for (double severity : report.thresholds()) {
            assertEquals(report.ranking(severity), LayerRanking.readCsv(csv, severity));
        }
        assertThrows(IllegalArgumentException.class, () -> LayerRanking.readCsv(csv, -0.05));
        assertThrows(IllegalArgumentException.class, () -> LayerRanking.readCsv("a,b\n", 0));
        String cut = csv.substring(0, csv.lastIndexOf("\r\n*") - 1);
        assertThrows(IllegalArgumentException.class, () -> LayerRanking.readCsv(cut, 0));
    }

    @Test
    void namesWithCommasQuotesAndLineEndsSurviveCsvAndJson() {
        List<String> names = List.of("a,b", "say \"no\"", "two\nlines", "ünï/0");
        List<SharedLayer> layers = names.stream().map(n -> new SharedLayer(n, 3)).toList();
        ConflictRecorder recorder =
                new ConflictRecorder(
                        List.of("x", "y"), new int[] {0, 1}, layers, Gradients.settings(), 0);
        double[][][] gramians = new double[4][][];
        for (int layer = 0; layer < 4; layer++) {
            gramians[layer] = new double[][] {{1, 0.1 - 0.1 * layer}, {0.1 - 0.1 * layer, 1}};
        }
        recorder.record(0, new LayerGramians(List.of("x", "y"), names, gramians));
        ConflictReport odd = new ConflictReport(recorder.snapshot());
        assertEquals(odd.ranking(-0.02), LayerRanking.readCsv(odd.toCsv(), -0.02));
        assertEquals(odd, ConflictReport.fromJson(odd.toJson()));
    }

    @Test
    void fingerprintTellsNamesOrderAndSizesApart() {
        SharedLayer a = new SharedLayer("a", 1);
        SharedLayer b = new SharedLayer("b", 2);
        String print = Architecture.fingerprint(List.of(a, b));
        assertEquals(print, Architecture.fingerprint(List.of(a, b)));
        for (List<SharedLayer> other :
                List.of(
                        List.of(b, a),
                        List.of(a),
                        List.of(a, new SharedLayer("b", 3)),
                        List.of(a, new SharedLayer("c", 2)))) {
            assertTrue(!print.equals(Architecture.fingerprint(other)));
            assertTrue(!Architecture.difference(List.of(a, b), other).isEmpty());
        }
    }
}
