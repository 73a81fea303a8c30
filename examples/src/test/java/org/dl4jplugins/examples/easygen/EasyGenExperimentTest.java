package org.dl4jplugins.examples.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.dl4jplugins.examples.Main;
import org.dl4jplugins.multimodal.easygen.EasyGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EasyGenExperimentTest {

    @TempDir Path folder;

    private static EasyGenOutcome run(EasyGenSettings settings, Path path, int stepsUntilCrash)
            throws IOException {
        AtomicInteger steps = new AtomicInteger();
        EasyGenExperiment experiment = new EasyGenExperiment(settings, new EasyGenFolder(path));
        EasyGenOutcome outcome =
                experiment.run(
                        training -> {
                            if (steps.incrementAndGet() > stepsUntilCrash) {
                                throw new IllegalStateException("crash");
                            }
                        });
        assertEquals(experiment.steps(), steps.get());
        return outcome;
    }

    /** The tiny scale with some values of its parts replaced. */
    private static EasyGenSettings tiny(Map<String, Map<String, Object>> parts) throws IOException {
        Map<String, Object> values = EasyGenSettings.FILE.toMap(EasyGenSettings.scale("tiny"));
        parts.forEach(
                (part, replaced) -> {
                    if (part.isEmpty()) {
                        values.putAll(replaced);
                        return;
                    }
                    Map<String, Object> changed = new LinkedHashMap<>();
                    ((Map<?, ?>) values.get(part)).forEach((k, v) -> changed.put((String) k, v));
                    changed.putAll(replaced);
                    values.put(part, changed);
                });
        return EasyGenSettings.FILE.of(values);
    }

    @Test
    void anInterruptedExperimentEndsLikeAnUninterruptedOneAndShowsItOnAPage() throws Exception {
        StringWriter out = new StringWriter();
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        Path straight = folder.resolve("straight");
        assertEquals(
                0,
                commands.execute("easygen", "--scale", "tiny", "--out", straight.toString()),
                out::toString);
        for (String expected :
                List.of(
                        "The judge recognizes",
                        "captions read back exactly, held-out descriptions",
                        "BiDiffuser",
                        "UniDiffuser's objective",
                        "projection not trained",
                        "without adapter")) {
            assertTrue(out.toString().contains(expected), expected + " in " + out);
        }
        String page = Files.readString(straight.resolve("report.html"));
        assertTrue(page.contains("BiDiffuser: drawn"));
        assertTrue(page.contains("BiDiffuser: loss"));
        assertTrue(page.contains("EasyGen: answers"));
        assertTrue(page.contains("EasyGen: drawn"));

        EasyGen pipeline = EasyGen.load(straight.resolve("seed-1/models/easygen"));
        assertArrayEquals(new long[] {1, 3, 16, 16}, pipeline.draw("a large red circle").shape());

        EasyGenSettings settings = EasyGenSettings.scale("tiny");
        Path resumed = folder.resolve("resumed");
        for (int crash : new int[] {30, 47}) {
            assertThrows(IllegalStateException.class, () -> run(settings, resumed, crash));
        }
        EasyGenOutcome outcome = run(settings, resumed, Integer.MAX_VALUE);
        EasyGenOutcome first = run(settings, straight, Integer.MAX_VALUE);
        assertEquals(first.first().keySet(), outcome.first().keySet());
        first.first()
                .forEach(
                        (stage, result) -> {
                            StageResult other = outcome.first().get(stage);
                            assertEquals(
                                    result.metrics().keySet(), other.metrics().keySet(), stage);
                            result.metrics()
                                    .forEach(
                                            (name, value) ->
                                                    assertEquals(
                                                            value,
                                                            other.metrics().get(name),
                                                            1e-5 * Math.abs(value),
                                                            stage + " " + name));
                            assertEquals(result.texts(), other.texts(), stage);
                        });

        EasyGenSettings others = tiny(Map.of("diffusion", Map.of("alpha", 2)));
        Exception refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> run(others, resumed, Integer.MAX_VALUE));
        assertTrue(
                refused.getMessage().contains("results of other settings"), refused.getMessage());
    }

    @Test
    void aJudgeThatCannotJudgeIsRefused() throws Exception {
        EasyGenSettings settings =
                tiny(Map.of("judge", Map.of("steps", 1, "test", 4, "required", 1)));
        Exception refused =
                assertThrows(
                        IllegalStateException.class,
                        () -> run(settings, folder, Integer.MAX_VALUE));
        assertTrue(refused.getMessage().contains("train it longer"), refused.getMessage());
    }

    @Test
    void settingsAreChecked() throws Exception {
        Map<Map<String, Map<String, Object>>, String> wrong =
                Map.of(
                        Map.of("world", Map.of("side", 12)), "side is 12, must be a multiple of 8",
                        Map.of("world", Map.of("shapes", 1)), "shapes is 1",
                        Map.of("text", Map.of("width", 48)), "text width is 48",
                        Map.of("diffusion", Map.of("depth", 3)), "depth is 3",
                        Map.of("diffusion", Map.of("patch", 5)), "patch is 5",
                        Map.of("", Map.of("seeds", List.of(0))), "seeds is [0]",
                        Map.of("", Map.of("test", 1)), "test is 1");
        wrong.forEach(
                (values, message) -> {
                    Exception e = assertThrows(IllegalArgumentException.class, () -> tiny(values));
                    assertTrue(e.getMessage().contains(message), e.getMessage());
                });
        for (String scale : EasyGenSettings.SCALES) {
            EasyGenSettings read = EasyGenSettings.scale(scale);
            assertEquals(
                    read, EasyGenSettings.FILE.parse(EasyGenSettings.FILE.toJson(read), scale));
        }
    }
}
