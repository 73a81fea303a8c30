package org.dl4jplugins.examples.kif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.dl4jplugins.cl.stream.TaskStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextBenchmarkTest {

    @TempDir Path data;

    private void write(String part, String task, String a, String b, int count) throws IOException {
        Path file = data.resolve(part).resolve(task + ".json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                IntStream.range(0, count)
                        .mapToObj(i -> i % 2 == 0 ? example(a, i) : example(b, i))
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static String example(String label, int number) {
        return "{\"input\": \"What is it? Choose one from the option. Option: A, B.\\nText: the "
                + label
                + " number "
                + number
                + "\\nAnswer:\", \"output\": \""
                + label
                + "\"}";
    }

    private void writeAll() throws IOException {
        for (String part : List.of("train", "dev", "test")) {
            write(part, "animals", "cat", "horse", 20);
        }
        write("train", "things", "car", "house", 20);
        write("dev", "things", "car", "house", 10);
    }

    private static BenchmarkSettings settings() throws IOException {
        return KifSettings.scale("standard")
                .benchmarks()
                .get(0)
                .with(Map.of("orders", List.of(new Order("one", List.of("animals", "things")))));
    }

    @Test
    void withoutTestFilesDevIsTheTestAndTheEndOfTrainIsDev() throws Exception {
        writeAll();
        TaskFiles animals = TaskFiles.read(data, "animals");
        assertEquals(List.of(20, 20, 20), sizes(animals));
        TaskFiles things = TaskFiles.read(data, "things");
        assertEquals(List.of(16, 4, 10), sizes(things));
        assertTrue(things.dev().get(3).input().contains("number 19"));
        Exception e =
                assertThrows(IllegalArgumentException.class, () -> TaskFiles.read(data, "plants"));
        assertTrue(e.getMessage().contains("plants.json"), e.getMessage());
    }

    private static List<Integer> sizes(TaskFiles files) {
        return List.of(files.train().size(), files.dev().size(), files.test().size());
    }

    @Test
    void promptsTakePartsOfAnInput() {
        TextExample example =
                TextExample.of(
                        "What is it? Choose one from the option. Option: A, B.\nOne\nline\n\nAnswer:",
                        "A");
        assertEquals("What is it? A, B. One\nline", Prompt.OPTIONS.of(example));
        assertEquals("What is it? One\nline", Prompt.QUESTION.of(example));
        assertEquals("One\nline", Prompt.TEXT.of(example));
        assertEquals(example.input(), Prompt.WHOLE.of(example));
        TextExample other = TextExample.of("Something else", "A");
        assertEquals("Something else", Prompt.TEXT.of(other));
    }

    @Test
    void theUntrainedModelMatchesTextsWithLabelTextsAndOnlyAdaptersLearn() throws Exception {
        writeAll();
        BenchmarkSettings settings = settings();
        TextBenchmark benchmark = new TextBenchmark(settings, data, false);
        Order order = settings.orders().get(0);
        ComputationGraph model = benchmark.model(order, Method.KIF, 1);
        TaskStream stream = benchmark.stream(order, 1);
        double[] scores = new StreamEvaluation(stream).row(model, 1);
        assertTrue(scores[0] > 80 && scores[1] > 80, scores[0] + " " + scores[1]);
        assertEquals("[animals[1, 2], things[0, 3]]", stream.tasks().toString());
        ParameterSelection.all(model)
                .segments()
                .forEach(s -> assertTrue(s.name().contains("lora"), s.name()));
        assertEquals(24, ParameterSelection.all(model).segments().size());
    }

    @Test
    void methodsWithAdaptersOfTheirOwnLearnTexts() throws Exception {
        writeAll();
        BenchmarkSettings settings =
                settings()
                        .with(
                                Map.of(
                                        "methods",
                                        List.of("olora", "adapters"),
                                        "ablations",
                                        List.of(),
                                        "steps",
                                        4));
        KifOutcome outcome =
                new KifExperiment(
                                new KifSettings(List.of(settings)),
                                data,
                                true,
                                new KifFolder(data.resolve("out")),
                                1)
                        .run(task -> {});
        List<KifOutcome.Row> rows = outcome.rows(settings);
        assertEquals(2, rows.size());
        rows.forEach(row -> assertTrue(row.op().mean() > 60, row.toString()));
        assertEquals(
                2 * outcome.trainable(settings, Method.ADAPTERS),
                outcome.trainable(settings, Method.OLORA));
        assertTrue(new KifTables(outcome).methods(settings).text().contains("T5-large OP"));
    }
}
