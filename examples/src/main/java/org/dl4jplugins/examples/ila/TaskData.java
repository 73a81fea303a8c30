package org.dl4jplugins.examples.ila;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.data.TextExamples;

/**
 * A data set.
 *
 * @param name of its files
 * @param train to learn from
 * @param test to judge by
 * @param labels the different outputs of all training examples, sorted
 */
record TaskData(String name, List<TextExample> train, List<TextExample> test, List<String> labels) {

    /** The data sets that come with the example. */
    static final List<String> EMBEDDED = List.of("requests", "reviews", "questions");

    TaskData(String name, List<TextExample> train, List<TextExample> test) {
        this(
                name,
                List.copyOf(train),
                List.copyOf(test),
                train.stream().map(TextExample::output).distinct().sorted().toList());
    }

    /** The first examples only; 0 for all. */
    TaskData limited(int trainExamples, int testExamples) {
        return new TaskData(name, first(train, trainExamples), first(test, testExamples), labels);
    }

    private static List<TextExample> first(List<TextExample> all, int count) {
        return count == 0 || count >= all.size() ? all : all.subList(0, count);
    }

    /**
     * One of the data sets in the jar.
     *
     * @throws IllegalArgumentException if there is no such data set
     */
    static TaskData embedded(String name) throws IOException {
        require(
                EMBEDDED.contains(name),
                "task",
                name,
                "one of " + String.join(", ", EMBEDDED) + "; others need --data");
        return new TaskData(name, resource(name + "-train.jsonl"), resource(name + "-test.jsonl"));
    }

    private static List<TextExample> resource(String file) throws IOException {
        try (InputStream in = TaskData.class.getResourceAsStream(file)) {
            return TextExamples.read(in, file);
        }
    }

    /**
     * A data set in files {@code FOLDER/train/NAME.json} and {@code FOLDER/test/NAME.json}, or
     * {@code dev} where there is no test file.
     *
     * @throws IllegalArgumentException if a file is missing
     */
    static TaskData read(Path folder, String name) throws IOException {
        Path test = folder.resolve("test").resolve(name + ".json");
        return new TaskData(
                name,
                file(folder.resolve("train").resolve(name + ".json")),
                file(Files.exists(test) ? test : folder.resolve("dev").resolve(name + ".json")));
    }

    private static List<TextExample> file(Path file) throws IOException {
        require(Files.isRegularFile(file), "data file", file, "there");
        return TextExamples.read(file);
    }
}
