package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the templates write, against the text that the models' own templates write. */
class PromptTemplatesTest {

    private static final List<ChatMessage> TALK =
            List.of(
                    ChatMessage.system("S"),
                    ChatMessage.user("U1"),
                    ChatMessage.assistant("A1"),
                    ChatMessage.user("U2"),
                    ChatMessage.assistant("A2"));

    /** Begin and end tokens as (s) and (/s), answers in square brackets. */
    private static String written(PromptTemplate template, List<ChatMessage> messages) {
        return written(template.segments(messages));
    }

    private static String written(List<Segment> segments) {
        return segments.stream()
                .map(
                        s ->
                                (s.begin() ? "(s)" : "")
                                        + (s.answer() ? "{" : "")
                                        + s.text()
                                        + (s.end() ? "(/s)" : "")
                                        + (s.answer() ? "}" : ""))
                .collect(Collectors.joining());
    }

    @Test
    void llama2() {
        assertEquals(
                "(s)[INST] <<SYS>>\nS\n<</SYS>>\n\nU1 [/INST]{ A1 (/s)}(s)[INST] U2 [/INST]{ A2 (/s)}",
                written(PromptTemplates.llama2(), TALK));
    }

    @Test
    void llama3() {
        assertEquals(
                "(s)<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
                        + "<|start_header_id|>user<|end_header_id|>\n\nU1<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n{A1<|eot_id|>}"
                        + "<|start_header_id|>user<|end_header_id|>\n\nU2<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\n{A2<|eot_id|>}",
                written(PromptTemplates.llama3(), TALK));
    }

    @Test
    void chatml() {
        assertEquals(
                "(s)<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU1<|im_end|>\n"
                        + "<|im_start|>assistant\n{A1<|im_end|>}\n<|im_start|>user\nU2<|im_end|>\n"
                        + "<|im_start|>assistant\n{A2<|im_end|>}",
                written(PromptTemplates.chatml(), TALK));
    }

    @Test
    void mistral() {
        assertEquals(
                "(s)[INST] S\n\nU1 [/INST]{A1(/s)}[INST] U2 [/INST]{A2(/s)}",
                written(PromptTemplates.mistral(), TALK));
    }

    @Test
    void zephyr() {
        assertEquals(
                "(s)<|system|>\nS</s>\n<|user|>\nU1</s>\n<|assistant|>\n{A1(/s)}\n"
                        + "<|user|>\nU2</s>\n<|assistant|>\n{A2(/s)}",
                written(PromptTemplates.zephyr(), TALK));
    }

    @Test
    void alpacaTellsExamplesWithInput() {
        PromptTemplate alpaca = PromptTemplates.alpaca();
        assertEquals(
                "(s)Below is an instruction that describes a task, paired with an input that"
                        + " provides further context. Write a response that appropriately completes"
                        + " the request.\n\n### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:"
                        + "{3(/s)}",
                written(alpaca.segments(TextExample.of("Add.", "1 2", "3"))));
        assertEquals(
                "Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request.\n\n### Instruction:\nSing.\n\n### Response:",
                alpaca.prompt("Sing."));
        assertEquals(alpaca.prompt("Sing."), alpaca.prompt(TextExample.of("Sing.", "La")));
        assertTrue(alpaca.prompt(TALK.subList(0, 2)).startsWith("S\n\n###"));
    }

    @Test
    void plainEndsWithTheQuestion() {
        assertEquals("Q: 1?", PromptTemplates.plain().prompt("Q: 1?"));
        assertEquals(
                "(s)Q:{ A(/s)}",
                written(PromptTemplates.plain().segments(TextExample.of("Q:", "A"))));
        assertEquals("S\nU1 A1\nU2", PromptTemplates.plain().prompt(TALK.subList(0, 4)));
    }

    @Test
    void historyIsWrittenBefore() {
        TextExample talk = TextExample.of("", TALK);
        for (PromptTemplate template : PromptTemplates.all()) {
            assertEquals(
                    written(template, TALK), written(template.segments(talk)), template.name());
        }
    }

    @Test
    void promptTokensAreThoseOfTraining() {
        TextExample talk = TextExample.of("", TALK);
        for (PromptTemplate template : PromptTemplates.all()) {
            Words words = new Words();
            int[] asked = template.promptTokens(words, talk);
            LabeledTokens trained = LabeledTokens.of(words, template.segments(talk));
            assertEquals(trained.prompt(), asked.length, template.name());
            assertArrayEquals(
                    java.util.Arrays.copyOf(trained.ids(), asked.length), asked, template.name());
            assertEquals(Words.BEGIN, asked[0]);
        }
    }

    @Test
    void namesAndEquality() {
        for (PromptTemplate template : PromptTemplates.all()) {
            assertEquals(template, PromptTemplates.named(template.name()));
            assertEquals(template.hashCode(), PromptTemplates.named(template.name()).hashCode());
        }
        assertNotEquals(PromptTemplates.plain(), PromptTemplates.plain("\n"));
        String message =
                assertThrows(IllegalArgumentException.class, () -> PromptTemplates.named("vicuna"))
                        .getMessage();
        assertTrue(message.contains("chatml") && message.contains("'vicuna'"), message);
        assertEquals("plain: {system}\n{user} {assistant}", PromptTemplates.plain().toString());
    }

    @Test
    void ordersOfMessages() {
        PromptTemplate template = PromptTemplates.chatml();
        assertThrows(IllegalArgumentException.class, () -> template.prompt(TALK));
        assertThrows(IllegalArgumentException.class, () -> template.prompt(List.of()));
        assertThrows(IllegalArgumentException.class, () -> template.segments(TALK.subList(0, 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> template.segments(List.of(TALK.get(1), TALK.get(3))));
    }

    @Test
    void builtTemplatesDoNotChange() {
        PromptTemplate.Builder builder = new PromptTemplate.Builder("own").user("<", ">");
        PromptTemplate template = builder.build();
        builder.user("(", ")");
        assertEquals("<a>", template.prompt("a"));
        assertEquals("(a)", builder.build().prompt("a"));
    }
}
