package org.dl4jplugins.examples.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.examples.Main;
import org.dl4jplugins.examples.TinyCheckpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on files, with a language model so small that it can learn them. */
class IlaCommandTest {

    private static final List<String> WORDS = List.of("a", "b", "c", "d", "e");

    @TempDir Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        data = folder.resolve("data");
        model = folder.resolve("model");
        TinyCheckpoint.write(model);
        List<String> next = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (String start : List.of("say the next of ", "the next of ", "next ")) {
                next.add(example(start + WORDS.get(i), WORDS.get(i + 1)));
                same.add(example(start + WORDS.get(i), WORDS.get(i)));
            }
        }
        file("train/next.json", next);
        file("dev/next.json", next);
        file("train/same.json", same);
        file("test/same.json", same.subList(0, 4));
        file("dev/same.json", next);
    }

    private void file(String name, List<String> examples) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[" + String.join(",", examples) + "]");
    }

    private static String example(String input, String output) {
        return "{\"input\": \"" + input + "\", \"output\": \"" + output + "\"}";
    }

    @Test
    void aTestFileIsPreferredAndDevStandsInForIt() throws Exception {
        assertEquals(4, TaskData.read(data, "same").test().size());
        TaskData next = TaskData.read(data, "next");
        assertEquals(12, next.test().size());
        assertEquals(List.of("b", "c", "d", "e"), next.labels());
        assertEquals(next.labels(), next.limited(1, 1).labels());
        assertEquals(1, next.limited(1, 2).train().size());
        assertThrows(IllegalArgumentException.class, () -> TaskData.read(data, "other"));
        assertThrows(IllegalArgumentException.class, () -> TaskData.embedded("other"));
    }

    @Test
    void exactAnswersAreCounted() throws Exception {
        IlaSettings settings =
                IlaSettings.scale("tiny")
                        .with(
                                Map.of(
                                        "steps",
                                        150,
                                        "learningRate",
                                        0.01,
                                        "rank",
                                        8,
                                        "trainExamples",
                                        0,
                                        "testExamples",
                                        0));
        InstructionTask task =
                new InstructionTask(
                        TaskData.read(data, "next"), settings, HfCheckpoint.load(model));
        TestScore before = task.test(task.adapted(1, Rates.falling(settings)));
        RunResult after =
                new TrainingRun(
                                new RunId("next", 1, Variant.ALL, 0),
                                task,
                                settings,
                                new IlaFolder(folder))
                        .run();
        assertTrue(before.accuracy() < 30, before.toString());
        assertTrue(after.accuracy() > 90, after.toString());
        assertTrue(after.loss() < before.loss() / 4, before + " -> " + after);
    }

    @Test
    void theCommandPrintsTablesAndWritesPages() throws Exception {
        Path settings = folder.resolve("settings.json");
        Files.writeString(settings, IlaSettings.scale("tiny").toJson());
        Path out = folder.resolve("out");
        String printed =
                run(
                        "ila",
                        "--data",
                        data.toString(),
                        "--model",
                        model.toString(),
                        "--tasks",
                        "next,same",
                        "--settings",
                        settings.toString(),
                        "--out",
                        out.toString());
        for (String expected :
                List.of("ILA, 75 %", "random, 30 %", "Freezing the least", "next %", "by chance")) {
            assertTrue(printed.contains(expected), expected + " in " + printed);
        }
        String page = Files.readString(out.resolve("report.html"));
        assertTrue(page.contains("sensitivity, 30 %"));
        assertTrue(page.contains("Jaccard index"));
        assertTrue(Files.readString(out.resolve("layers-same.html")).contains("down_proj"));
    }

    @Test
    void searchPrintsAllCandidatesAndTheBest() {
        String printed =
                run(
                        "lora-search",
                        "--scale",
                        "tiny",
                        "--task",
                        "reviews",
                        "--targets",
                        "query;query,value",
                        "--rank",
                        "2",
                        "--rate",
                        "0.001",
                        "--epochs",
                        "1");
        assertTrue(printed.contains("query,value"), printed);
        assertTrue(printed.contains("Best: LoraCandidate[targets=query"), printed);
        assertTrue(printed.contains("on the test data"), printed);
    }

    @Test
    void aFifthOfTheTrainingDataIsHeldOut() throws Exception {
        TaskData all = TaskData.embedded("questions");
        TaskData held = HeldOut.of(all, 1);
        assertEquals(60, held.test().size());
        assertEquals(240, held.train().size());
        List<TextExample> both = new ArrayList<>(held.train());
        both.addAll(held.test());
        assertEquals(Set.copyOf(all.train()), Set.copyOf(both));
        assertEquals(held.test(), HeldOut.of(all, 1).test());
        assertNotEquals(held.test(), HeldOut.of(all, 2).test());
    }

    private static String run(String... args) {
        StringWriter out = new StringWriter();
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        assertEquals(0, commands.execute(args), out::toString);
        return out.toString();
    }
}
