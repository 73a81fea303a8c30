package org.dl4jplugins.examples.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.examples.Main;
import org.dl4jplugins.examples.TinyCheckpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GenerateCommandTest {

    @TempDir Path model;

    @BeforeEach
    void write() throws IOException {
        TinyCheckpoint.write(model);
    }

    private String generate(String... options) {
        StringWriter out = new StringWriter();
        assertEquals(0, execute(out, new StringWriter(), options), out::toString);
        String printed = out.toString();
        assertTrue(printed.contains("tokens per second"), printed);
        return printed.substring(0, printed.lastIndexOf('['));
    }

    private int execute(StringWriter out, StringWriter errors, String... options) {
        List<String> all = new ArrayList<>(List.of("generate", "--model", model.toString()));
        all.addAll(List.of("--prompt", "the next of a", "--max-new-tokens", "12"));
        all.addAll(List.of(options));
        CommandLine commands =
                Main.commands().setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));
        return commands.execute(all.toArray(String[]::new));
    }

    @Test
    void continuesThePrompt() {
        String greedy = generate();
        assertTrue(greedy.startsWith("the next of a"), greedy);
        assertTrue(greedy.length() > "the next of a".length() + 3, greedy);
        assertEquals(greedy, generate());
    }

    @Test
    void samplingFollowsTheSeed() {
        String first = generate("--temperature", "5", "--seed", "1");
        assertEquals(first, generate("--temperature", "5", "--seed", "1"));
        assertNotEquals(first, generate("--temperature", "5", "--seed", "2"));
        assertEquals(generate(), generate("--temperature", "5", "--top-k", "1"));
        assertEquals(generate(), generate("--temperature", "5", "--top-p", "0.0001"));
    }

    @Test
    void beamsAndChat() {
        assertTrue(generate("--beams", "3").startsWith("the next of a"));
        String chat = generate("--chat", "plain");
        assertTrue(!chat.contains("the next of a"), chat);
    }

    @Test
    void badOptionsAreNamed() {
        StringWriter errors = new StringWriter();
        assertNotEquals(0, execute(new StringWriter(), errors, "--chat", "own"));
        assertTrue(errors.toString().contains("none of its own"), errors::toString);
        StringWriter known = new StringWriter();
        assertNotEquals(0, execute(new StringWriter(), known, "--chat", "none"));
        assertTrue(known.toString().contains("chatml"), known::toString);
    }
}
