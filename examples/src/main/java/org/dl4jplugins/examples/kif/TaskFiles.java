package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.data.TextExamples;

/**
 * The texts of a task.
 *
 * @param name of its files
 * @param train to learn from
 * @param dev to choose settings by
 * @param test to judge by
 */
record TaskFiles(
        String name, List<TextExample> train, List<TextExample> dev, List<TextExample> test) {

    private static final double HELD_OUT = 0.2;

    /**
     * Reads {@code FOLDER/{train,dev,test}/NAME.json}. Without a test file, the dev file is the
     * test, and the last fifth of the training examples is held out as dev.
     *
     * @throws IllegalArgumentException if a file is missing
     */
    static TaskFiles read(Path folder, String name) throws IOException {
        List<TextExample> train = file(folder, "train", name);
        List<TextExample> dev = file(folder, "dev", name);
        if (Files.isRegularFile(path(folder, "test", name))) {
            return new TaskFiles(name, train, dev, file(folder, "test", name));
        }
        int kept = (int) Math.round((1 - HELD_OUT) * train.size());
        return new TaskFiles(name, train.subList(0, kept), train.subList(kept, train.size()), dev);
    }

    private static List<TextExample> file(Path folder, String part, String name)
            throws IOException {
        Path file = path(folder, part, name);
        require(Files.isRegularFile(file), "data file", file, "there");
        return TextExamples.read(file);
    }

    private static Path path(Path folder, String part, String name) {
        return folder.resolve(part).resolve(name + ".json");
    }
}
