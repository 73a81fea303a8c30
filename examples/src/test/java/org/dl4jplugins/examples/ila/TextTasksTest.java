package org.dl4jplugins.examples.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.data.TextExamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text tasks that the examples bring along. */
class TextTasksTest {

    private static final String FOLDER = "/org/dl4jplugins/examples/ila/";

    private static List<TextExample> read(String file) throws IOException {
        try (InputStream in = TextTasksTest.class.getResourceAsStream(FOLDER + file)) {
            assertNotNull(in, file);
            return TextExamples.read(in, file);
        }
    }

    private static Map<String, Long> classes(List<TextExample> examples) {
        return examples.stream()
                .collect(Collectors.groupingBy(TextExample::output, Collectors.counting()));
    }

    @ParameterizedTest
    @CsvSource({"requests, 839, 360, 10", "reviews, 436, 144, 2", "questions, 300, 102, 6"})
    void tasksAreBalancedAndDoNotOverlap(String task, int train, int test, int classes)
            throws IOException {
        List<TextExample> learned = read(task + "-train.jsonl");
        List<TextExample> held = read(task + "-test.jsonl");
        assertEquals(train, learned.size());
        assertEquals(test, held.size());
        for (List<TextExample> part : List.of(learned, held)) {
            Map<String, Long> counts = classes(part);
            assertEquals(classes, counts.size());
            for (long count : counts.values()) {
                assertEquals(part.size() / (double) classes, count, 1, counts.toString());
            }
        }
        assertEquals(classes(learned).keySet(), classes(held).keySet());
        Set<String> ids = new HashSet<>();
        Set<String> sentences = new HashSet<>();
        for (List<TextExample> part : List.of(learned, held)) {
            for (TextExample example : part) {
                assertTrue(ids.add(example.id()), example.id());
                assertTrue(
                        sentences.add(example.input().toLowerCase(Locale.ROOT)), example.input());
            }
        }
    }

    @Test
    void theirOriginIsStated() {
        assertNotNull(TextTasksTest.class.getResource(FOLDER + "README"));
    }
}
