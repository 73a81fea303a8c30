package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextExamplesTest {

    @TempDir Path folder;

    private List<TextExample> read(String json) throws Exception {
        return TextExamples.read(Files.writeString(folder.resolve("some.json"), json));
    }

    @Test
    void arraysAndLinesHoldTheSameExamples() throws Exception {
        String one = "{\"id\": \"a\", \"input\": \"caf\u00e9?\", \"output\": \"yes\"}";
        String two = "{\"extra\": [1, {}], \"output\": 3, \"input\": \"1 + 2\"}";
        List<TextExample> expected =
                List.of(
                        new TextExample("a", List.of(), "", "caf\u00e9?", "yes"),
                        TextExample.of("1 + 2", "3"));
        assertEquals(expected, read("[" + one + ",\n" + two + "]\n"));
        assertEquals(expected, read(one + "\n" + two + "\n"));
        assertEquals(expected, read("\uFEFF" + one + "\n\n" + two));
    }

    @Test
    void instructionsAndConversations() throws Exception {
        assertEquals(
                List.of(TextExample.of("Add.", "1 2", "3"), TextExample.of("Sing.", "", "La")),
                read(
                        """
                        {"instruction": "Add.", "input": "1 2", "output": "3"}
                        {"instruction": "Sing.", "input": null, "output": "La"}
                        """));
        List<TextExample> chats =
                read(
                        """
                        [{"id": 7, "messages": [{"role": "system", "content": "Be brief."},
                           {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hey"},
                           {"role": "user", "content": "Bye"}, {"role": "assistant", "content": "Ciao"}]},
                         {"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}]
                        """);
        assertEquals("7", chats.get(0).id());
        assertEquals("Bye", chats.get(0).input());
        assertEquals("Ciao", chats.get(0).output());
        assertEquals(
                List.of(
                        ChatMessage.system("Be brief."),
                        ChatMessage.user("Hi"),
                        ChatMessage.assistant("Hey")),
                chats.get(0).history());
        assertEquals(TextExample.of("Q", "A"), chats.get(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    ~~                                              | no examples
                    []                                              | no examples
                    [{"input": "a", "output": "b"}, 5]              | entry 2 (line 1): expected an object, got number
                    [{"input": "a", "output": "b"}, null]           | entry 2 (line 1): expected an object, got null
                    [{"input": "a"}]                                | entry 1 (line 1): field 'output' is missing, got 'input'
                    [{"text": "a", "output": "b"}]                  | entry 1 (line 1): expected a field 'input'
                    [{"input": ["a"], "output": "b"}]               | entry 1 (line 1): field 'input' must be text, got an array
                    [{"input": " ", "output": "b"}]                 | entry 1 (line 1): instruction or input must hold text
                    [{"input": "a", "output": " "}]                 | entry 1 (line 1): the output is blank
                    [{"input": "a", "output": "b"}                  | entry 2: line 1: not JSON
                    [{"input": "a", "output": "b"                   | entry 1: line 1: not JSON
                    [{"input": "a", "output": "b"}] x               | not JSON
                    [{"input": "a", "output": "b"}] {}              | something follows the end
                    [{"input": "a", "input": "c", "output": "b"}]   | entry 1: line 1: not JSON: Duplicate field
                    hello                                           | entry 1: line 1: not JSON
                    [{"messages": []}]                              | the last message must be of role assistant
                    [{"messages": [{"role": "user", "content": "a"}]}]    | the last message must be of role assistant
                    [{"messages": [{"role": "robot", "content": "a"}]}]   | message 1: expected a role of system
                    [{"messages": [{"role": "assistant", "content": "a"}]}] | message 1 must be of role user
                    [{"messages": [{"role": "user"}]}]              | message 1: expected fields 'role' and 'content', got 'role'
                    [{"messages": "a"}]                             | expected an array of messages, got text
                    """)
    void badFilesAreNamedWithTheEntry(String json, String problem) {
        String message = assertThrows(MalformedFileException.class, () -> read(json)).getMessage();
        assertTrue(message.contains("some.json"), message);
        assertTrue(message.contains(problem), message);
    }

    @Test
    void lineNumbersCount() {
        String message =
                assertThrows(
                                MalformedFileException.class,
                                () ->
                                        read(
                                                "{\"input\": \"a\", \"output\": \"b\"}\n\n{\"input\": 1}"))
                        .getMessage();
        assertTrue(message.contains("entry 2 (line 3)"), message);
    }

    @Test
    void brokenBytesAreNamed() {
        byte[] bytes = "[{\"input\": \"a?\", \"output\": \"b\"}]".getBytes(StandardCharsets.UTF_8);
        bytes[13] = (byte) 0xFF;
        String message =
                assertThrows(
                                MalformedFileException.class,
                                () -> TextExamples.read(new ByteArrayInputStream(bytes), "bytes"))
                        .getMessage();
        assertTrue(message.contains("bytes: entry 1"), message);
    }

    @Test
    void publishedFiles() throws Exception {
        String shared = System.getProperty("dl4jplugins.shared", "../../shared");
        Path file = new File(shared, "data/cl-benchmark/train/agnews.json").toPath();
        Assumptions.assumeTrue(Files.exists(file), "skipped: no " + file);
        List<TextExample> examples = TextExamples.read(file);
        assertEquals(1000, examples.size());
        assertEquals("agnews_0", examples.get(0).id());
        assertEquals(4, examples.stream().map(TextExample::output).distinct().count(), "topics");
        assertFalse(examples.get(999).input().isBlank());
    }
}
