package org.dl4jplugins.examples.kif;

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
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.dl4jplugins.examples.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class KifExperimentTest {

    @TempDir Path folder;

    private static KifOutcome run(KifSettings settings, Path path, int workers, int tasksUntilCrash)
            throws IOException, InterruptedException {
        AtomicInteger tasks = new AtomicInteger();
        KifExperiment experiment =
                new KifExperiment(settings, null, false, new KifFolder(path), workers);
        KifOutcome outcome =
                experiment.run(
                        run -> {
                            if (tasks.incrementAndGet() > tasksUntilCrash) {
                                throw new IllegalStateException("crash");
                            }
                        });
        assertEquals(experiment.tasks(), tasks.get());
        return outcome;
    }

    private static KifSettings settings(Map<String, ?> values) throws IOException {
        return new KifSettings(List.of(KifSettings.scale("tiny").benchmarks().get(0).with(values)));
    }

    @Test
    void anInterruptedExperimentEndsLikeAnUninterruptedOne() throws Exception {
        KifSettings settings =
                settings(Map.of("methods", List.of("naive", "kif"), "seeds", List.of(1)));
        KifOutcome straight = run(settings, folder.resolve("straight"), 2, Integer.MAX_VALUE);

        Path resumed = folder.resolve("resumed");
        for (int crash = 3; crash < 9; crash += 5) {
            int tasks = crash;
            assertThrows(IOException.class, () -> run(settings, resumed, 1, tasks));
        }
        KifOutcome outcome = run(settings, resumed, 1, Integer.MAX_VALUE);

        BenchmarkSettings benchmark = settings.benchmarks().get(0);
        assertEquals(2, outcome.ended(benchmark));
        for (Method method : benchmark.methods()) {
            assertEquals(straight.matrix(benchmark, method), outcome.matrix(benchmark, method));
        }
        try (var files = Files.list(resumed.resolve("checkpoints"))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void naiveTrainingForgetsAndReplayForgetsLess() throws Exception {
        BenchmarkSettings tiny = KifSettings.scale("tiny").benchmarks().get(1);
        KifSettings settings =
                new KifSettings(
                        List.of(
                                tiny.with(
                                        Map.of(
                                                "methods", List.of("naive", "replay", "joint"),
                                                "ablations", List.of(),
                                                "seeds", List.of(1),
                                                "steps", 25))));
        KifOutcome outcome = run(settings, folder, 2, Integer.MAX_VALUE);
        List<KifOutcome.Row> rows = outcome.rows(settings.benchmarks().get(0));
        assertTrue(rows.get(0).bwt().mean() < -60, rows.toString());
        assertTrue(rows.get(1).bwt().mean() > rows.get(0).bwt().mean() + 10, rows.toString());
        assertTrue(rows.get(2).op().mean() > rows.get(0).op().mean() + 20, rows.toString());
        rows.forEach(row -> assertEquals(25, row.steps()));
    }

    @Test
    void resultsOfAnotherSetupAreRefusedAndMethodsMayBeAdded() throws Exception {
        Map<String, Object> one = Map.of("methods", List.of("naive"), "seeds", List.of(1));
        run(settings(one), folder, 1, Integer.MAX_VALUE);
        KifOutcome more =
                run(
                        settings(Map.of("methods", List.of("naive", "kif"), "seeds", List.of(1))),
                        folder,
                        1,
                        Integer.MAX_VALUE);
        assertEquals(2, more.rows(more.settings().benchmarks().get(0)).size());

        KifSettings other =
                settings(Map.of("methods", List.of("naive"), "seeds", List.of(1), "steps", 9));
        IOException refused =
                assertThrows(IOException.class, () -> run(other, folder, 1, Integer.MAX_VALUE));
        assertTrue(
                refused.getCause().getMessage().contains("the result of another setup"),
                refused.getCause().getMessage());
    }

    @Test
    void theCommandPrintsTablesAndWritesPages() throws Exception {
        Path settings = folder.resolve("settings.json");
        BenchmarkSettings tiny = KifSettings.scale("tiny").benchmarks().get(1);
        Files.writeString(
                settings,
                new KifSettings(
                                List.of(
                                        tiny.with(
                                                Map.of(
                                                        "methods",
                                                        List.of("naive", "replay", "kif"),
                                                        "ablations",
                                                        List.of("kif_once", "kif_unshared"),
                                                        "seeds",
                                                        List.of(1)))))
                        .toJson());
        StringWriter out = new StringWriter();
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        assertEquals(
                0,
                commands.execute(
                        "kif", "--settings", settings.toString(), "--out", folder.toString()),
                out::toString);
        for (String expected :
                List.of(
                        "Split MNIST, class-incremental, CNN",
                        "8 gradient steps per task for every method",
                        "Recurrent-KIF against replay: OP",
                        "one global merge")) {
            assertTrue(out.toString().contains(expected), expected + " in " + out);
        }
        assertFalse(out.toString().contains("T5-large"), out.toString());
        String page = Files.readString(folder.resolve("report.html"));
        assertTrue(page.contains("no shared update"));
        assertFalse(page.contains("so far."), "all runs ended");
        assertTrue(Files.exists(folder.resolve("split-class-cnn-matrices.html")));
    }

    @Test
    void everyMethodSaysAnotherThingOfItself() throws Exception {
        BenchmarkSettings settings = KifSettings.scale("long").benchmarks().get(0);
        List<String> said =
                List.of(Method.values()).stream()
                        .map(method -> method.create(settings).describe())
                        .distinct()
                        .toList();
        assertEquals(Method.values().length, said.size(), said.toString());
    }

    @Test
    void settingsAreChecked() throws Exception {
        Map<Map<String, Object>, String> wrong =
                Map.of(
                        Map.of("model", "minilm"), "model is minilm, must be one of mlp, cnn",
                        Map.of("seeds", List.of(0)), "seeds is [0]",
                        Map.of("steps", 0), "steps is 0, must be at least 1",
                        Map.of("paper", "short"), "paper is short",
                        Map.of("name", "A b"), "name is A b",
                        Map.of("methods", List.of("olora")), "which needs a model with LoRA",
                        Map.of("orders", List.of(new Order("a", List.of("one")))), "at least two",
                        Map.of(
                                        "orders",
                                        List.of(
                                                new Order("a", List.of("x", "y")),
                                                new Order("b", List.of("x", "z")))),
                                "of the same tasks");
        wrong.forEach(
                (values, message) -> {
                    Exception e =
                            assertThrows(IllegalArgumentException.class, () -> settings(values));
                    assertTrue(e.getMessage().contains(message), e.getMessage());
                });
        KifSettings text = KifSettings.scale("standard");
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> run(text, folder, 1, Integer.MAX_VALUE));
        assertTrue(e.getMessage().contains("needs --data"), e.getMessage());
        for (String scale : KifSettings.SCALES) {
            KifSettings read = KifSettings.scale(scale);
            assertEquals(read, KifSettings.parse(read.toJson(), scale));
        }
    }
}
