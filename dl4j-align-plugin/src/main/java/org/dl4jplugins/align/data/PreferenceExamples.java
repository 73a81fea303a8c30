package org.dl4jplugins.align.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * Reads preferences from JSON, an array or lines as for {@link TextExamples}. An object has one of
 * these forms, all with an optional {@code id}; further fields are ignored:
 *
 * <ul>
 *   <li>{@code {"prompt": ..., "chosen": ..., "rejected": ...}}, the prompt a text or a list of
 *       messages, the answers texts or lists of one message
 *   <li>{@code {"instruction": ..., "input": ..., "chosen": ..., "rejected": ...}}, the input or
 *       the instruction optional
 *   <li>{@code {"chosen": [messages], "rejected": [messages]}}, equal but for the last message
 * </ul>
 */
public final class PreferenceExamples {

    private PreferenceExamples() {}

    /**
     * Reads a file.
     *
     * @return the examples in the file's order, at least one
     * @throws MalformedFileException naming file, entry and line if an entry is no preference or
     *     there is none
     * @throws IOException if the file cannot be read
     */
    public static List<PreferenceExample> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a stream, such as a resource, to its end; it is not closed.
     *
     * @param name what messages call it
     * @return the examples in the stream's order, at least one
     * @throws MalformedFileException naming stream, entry and line if an entry is no preference or
     *     there is none
     * @throws IOException if the stream cannot be read
     */
    public static List<PreferenceExample> read(InputStream in, String name) throws IOException {
        return JsonEntries.read(in, name, ExampleParser::parsePreference);
    }
}
