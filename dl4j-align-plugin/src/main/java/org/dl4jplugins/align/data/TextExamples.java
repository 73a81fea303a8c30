package org.dl4jplugins.align.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * Reads examples from JSON: one array of objects, or objects one after the other (JSON lines,
 * {@code .jsonl}). The two are told apart by the first character. An object has one of these forms,
 * all with an optional {@code id}; further fields are ignored:
 *
 * <ul>
 *   <li>{@code {"input": ..., "output": ...}}, a text and its answer or class
 *   <li>{@code {"instruction": ..., "input": ..., "output": ...}}, the input optional (Alpaca)
 *   <li>{@code {"messages": [{"role": "user", "content": ...}, ...]}}, roles {@code system}, {@code
 *       user} and {@code assistant}
 *   <li>{@code {"conversations": [{"from": "human", "value": ...}, ...]}}, speakers {@code system},
 *       {@code human} and {@code gpt} (ShareGPT)
 * </ul>
 *
 * <p>Nothing is skipped silently: a blank output, a missing field or a file without examples is an
 * error.
 */
public final class TextExamples {

    private TextExamples() {}

    /**
     * Reads a file.
     *
     * @return the examples in the file's order, at least one
     * @throws MalformedFileException naming file, entry and line if an entry is no example or there
     *     is none
     * @throws IOException if the file cannot be read
     */
    public static List<TextExample> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * Reads a stream, such as a resource, to its end; it is not closed.
     *
     * @param in the JSON, in UTF-8 (or UTF-16, UTF-32)
     * @param name what messages call it
     * @return the examples in the stream's order, at least one
     * @throws MalformedFileException naming stream, entry and line if an entry is no example or
     *     there is none
     * @throws IOException if the stream cannot be read
     */
    public static List<TextExample> read(InputStream in, String name) throws IOException {
        return JsonEntries.read(in, name, ExampleParser::parse);
    }
}
