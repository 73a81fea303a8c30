package org.dl4jplugins.examples.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.examples.Main;
import org.dl4jplugins.examples.data.ImageSources;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReconExperimentTest {

    @TempDir Path folder;

    private static ReconOutcome run(Path path, int workers, int epochsUntilCrash)
            throws IOException, InterruptedException {
        AtomicInteger epochs = new AtomicInteger();
        ReconExperiment experiment =
                new ReconExperiment(
                        ReconSettings.scale("tiny"),
                        ImageSources.embedded(),
                        new ResultFolder(path),
                        workers);
        ReconOutcome outcome =
                experiment.run(
                        run -> {
                            if (epochs.incrementAndGet() > epochsUntilCrash) {
                                throw new IllegalStateException("crash");
                            }
                        });
        assertEquals(experiment.epochs(), epochs.get());
        return outcome;
    }

    @Test
    void anInterruptedExperimentEndsLikeAnUninterruptedOne() throws Exception {
        ReconOutcome straight = run(folder.resolve("straight"), 2, Integer.MAX_VALUE);

        Path resumed = folder.resolve("resumed");
        for (int crash = 4; crash < 20; crash += 5) {
            int epochs = crash;
            assertThrows(IOException.class, () -> run(resumed, 1, epochs));
        }
        ReconOutcome outcome = run(resumed, 1, Integer.MAX_VALUE);

        assertEquals(straight.rows(), outcome.rows());
        for (Method method : outcome.settings().methods()) {
            for (boolean recon : new boolean[] {false, true}) {
                assertEquals(
                        straight.conflicts(method, recon).wholeModel(),
                        outcome.conflicts(method, recon).wholeModel());
            }
        }
        assertEquals(
                straight.jointOnRemaining().layers(),
                outcome.conflicts(Method.JOINT, true).layers());
        assertEquals(List.of(), files(resumed.resolve("checkpoints")));
        assertEquals(25, ReconPlan.load(new ResultFolder(resumed).plan()).split().size());
        assertEquals(41, outcome.scores().layers().size());
        assertEquals(16, outcome.jointOnRemaining().layers().size());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void theCommandsPrintTablesAndWriteThePage() throws Exception {
        Path settings = folder.resolve("settings.json");
        Files.writeString(
                settings,
                ReconSettings.scale("tiny")
                        .toJson()
                        .replaceAll("\"epochs\" : 2", "\"epochs\" : 1")
                        .replaceAll("\"seeds\" : \\[ 1, 2 ]", "\"seeds\" : [ 7 ]"));
        assertEquals(List.of(7L), ReconSettings.read(settings).seeds());
        String out = folder.resolve("out").toString();

        String printed = run("recon", "--settings", settings.toString(), "--out", out);
        assertTrue(printed.contains("CAGrad + Recon"), printed);
        assertTrue(printed.contains("report.html"), printed);
        String page = Files.readString(folder.resolve("out/report.html"));
        assertTrue(page.contains("CAGrad + Recon"));
        assertTrue(page.contains("69.82"));

        String found =
                run(
                        "recon-search",
                        "--settings",
                        settings.toString(),
                        "--out",
                        out,
                        "--layers",
                        "0,2",
                        "--severity=-0.1");
        assertTrue(found.contains("Best: ReconCandidate[topK="), found);
        ComputationGraph best =
                ModelSerializer.restoreComputationGraph(
                        folder.resolve("out/search/best.zip").toFile());
        assertEquals(MultiFashionMnist.TASKS, best.getConfiguration().getNetworkOutputs());
    }

    private static String run(String... args) {
        StringWriter out = new StringWriter();
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        assertEquals(0, commands.execute(args), out::toString);
        return out.toString();
    }

    @Test
    void resultsOfOtherSettingsAreNotTouched() throws Exception {
        ReconSettings tiny = ReconSettings.scale("tiny");
        tiny.claim(folder);
        tiny.claim(folder);
        ReconSettings embedded = ReconSettings.scale("embedded");
        assertThrows(IllegalArgumentException.class, () -> embedded.claim(folder));
        assertEquals(tiny, ReconSettings.read(folder.resolve("settings.json")));
    }

    @Test
    void badSettingsAreRefused() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> ReconSettings.scale("huge"));
        Path file = folder.resolve("bad.json");
        String tiny = ReconSettings.scale("tiny").toJson();
        for (String[] change :
                new String[][] {
                    {"\"batch\" : 16", "\"batch\" : 65"},
                    {"\"batch\" : 16,", ""},
                    {"\"seeds\" : [ 1, 2 ]", "\"seeds\" : [ 1, 0 ]"},
                    {"\"joint\", ", ""},
                    {"\"joint\"", "\"joyn\""},
                    {"\"epochs\" : 2", "\"epochs\" : 0"},
                    {"\"reportSeverity\" : -0.05", "\"reportSeverity\" : 0.5"}
                }) {
            assertTrue(tiny.contains(change[0]), change[0]);
            Files.writeString(file, tiny.replace(change[0], change[1]));
            assertThrows(IllegalArgumentException.class, () -> ReconSettings.read(file), change[1]);
        }
        assertFalse(Files.exists(folder.resolve("settings.json")));
    }
}
