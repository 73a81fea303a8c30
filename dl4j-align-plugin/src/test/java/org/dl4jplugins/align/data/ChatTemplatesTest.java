package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplatesTest {

    @TempDir Path model;

    private Optional<PromptTemplate> of(String config) throws IOException {
        Files.writeString(model.resolve("tokenizer_config.json"), config);
        return ChatTemplates.of(model);
    }

    @Test
    void knownTemplatesAreRecognized() {
        assertEquals(
                PromptTemplates.chatml(),
                ChatTemplates.recognize(
                        "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n'}}"));
        assertEquals(
                PromptTemplates.llama2(),
                ChatTemplates.recognize("{{ bos_token + '[INST] ' }}{{ '<<SYS>>\\n' }}"));
        assertEquals(
                PromptTemplates.mistral(),
                ChatTemplates.recognize("{{ '[INST] ' + message['content'] + ' [/INST]' }}"));
        assertEquals(
                PromptTemplates.llama3(),
                ChatTemplates.recognize("{% set c = '<|start_header_id|>' + role %}"));
        assertEquals(
                PromptTemplates.zephyr(),
                ChatTemplates.recognize("{{ '<|user|>\\n' }}{{ '<|assistant|>\\n' }}"));
        assertEquals(PromptTemplates.alpaca(), ChatTemplates.recognize("{{ '### Response:' }}"));
    }

    @Test
    void unknownTemplatesAreRefusedWithTheirBeginning() {
        for (String other :
                new String[] {
                    "{{ '<start_of_turn>' }}",
                    "{{ '<|user|>' }}<|end|>{{ '<|assistant|>' }}",
                    "{{ '[AVAILABLE_TOOLS]' }}{{ '[INST]' }}"
                }) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> ChatTemplates.recognize(other))
                            .getMessage();
            assertTrue(message.contains(other) && message.contains("<|im_start|>"), message);
        }
    }

    @Test
    void templatesOfModels() throws IOException {
        assertEquals(Optional.empty(), ChatTemplates.of(model));
        assertEquals(Optional.empty(), of("{\"bos_token\": \"<s>\"}"));
        assertEquals(
                PromptTemplates.chatml(),
                of("{\"chat_template\": \"<|im_start|>\"}").orElseThrow());
        assertEquals(
                PromptTemplates.mistral(),
                of("{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"?\"},"
                                + " {\"name\": \"default\", \"template\": \"[INST]\"}]}")
                        .orElseThrow());
        String message =
                assertThrows(IllegalArgumentException.class, () -> of("{\"chat_template\": \"?\"}"))
                        .getMessage();
        assertTrue(message.contains("tokenizer_config.json"), message);
        assertThrows(IOException.class, () -> of("{"));
        assertThrows(IOException.class, () -> of("{\"chat_template\": []}"));
        Files.writeString(model.resolve("chat_template.jinja"), "<|start_header_id|>");
        assertEquals(PromptTemplates.llama3(), ChatTemplates.of(model).orElseThrow());
    }
}
