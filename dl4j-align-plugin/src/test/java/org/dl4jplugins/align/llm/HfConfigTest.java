package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class HfConfigTest {
    private static final String JSON =
            "{\"model_type\":\"llama\",  \"hidden_size\": 32, \"rms_norm_eps\":1e-06,\n"
                    + "\"rope_scaling\":{\"factor\":8.0,\"type\":\"linear\"},\"unknown\":[1,{\"x\":null}],"
                    + "\"eos_token_id\":[2,5],\"pad_token_id\":null,\"tie\":true,\"big\":5000000000,"
                    + "\"architectures\":[\"LlamaForCausalLM\"]}\n";

    @TempDir Path folder;

    @Test
    void readsByKeyAndType() throws IOException {
        HfConfig config = HfConfig.parse(JSON, "config.json");
        assertEquals("llama", config.modelType());
        assertEquals(32, config.integer("hidden_size"));
        assertEquals(7, config.integer("absent", 7));
        assertEquals(3, config.integer("pad_token_id", 3));
        assertEquals(1e-6, config.number("rms_norm_eps"));
        assertEquals(32, config.number("hidden_size"));
        assertEquals(0.5, config.number("absent", 0.5));
        assertTrue(config.flag("tie", false));
        assertEquals(List.of(2, 5), config.integers("eos_token_id"));
        assertEquals(List.of(32), config.integers("hidden_size"));
        assertEquals(List.of(), config.integers("pad_token_id"));
        assertEquals(List.of("LlamaForCausalLM"), config.texts("architectures"));
        assertEquals(8, config.object("rope_scaling").number("factor"));
        assertFalse(config.has("pad_token_id"));
        assertTrue(config.keys().contains("pad_token_id"));
    }

    @Test
    void namesWhatIsWrong() throws IOException {
        HfConfig config = HfConfig.parse(JSON, "dir/config.json");
        assertMessage(
                "hidden_sizes in dir/config.json is absent, must be a whole number",
                () -> config.integer("hidden_sizes"));
        assertMessage(
                "model_type in dir/config.json is \"llama\", must be a whole number",
                () -> config.integer("model_type", 1));
        assertMessage("rms_norm_eps in dir/config.json is", () -> config.integer("rms_norm_eps"));
        assertMessage("big in dir/config.json is 5000000000", () -> config.integer("big"));
        assertMessage(
                "hidden_size in dir/config.json is 32, must be a text",
                () -> config.text("hidden_size"));
        assertMessage("must be true or false", () -> config.flag("hidden_size", true));
        assertMessage("must be whole numbers", () -> config.integers("architectures"));
        assertMessage(
                "type in dir/config.json in rope_scaling is \"linear\", must be a number",
                () -> config.object("rope_scaling").number("type"));
        for (String bad : List.of("", "[]", "{", "{\"a\":1,\"a\":2}", "{} x", "{\"a\":NaN}")) {
            String message =
                    assertThrows(MalformedFileException.class, () -> HfConfig.parse(bad, "c.json"))
                            .getMessage();
            assertTrue(message.startsWith("c.json: is not "), message);
        }
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertTrue(
                assertThrows(MalformedFileException.class, () -> HfConfig.parse(deep, "c.json"))
                        .getMessage()
                        .contains("nests deeper than 200 levels"));
        Path latin = folder.resolve("latin.json");
        Files.write(latin, new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});
        assertTrue(
                assertThrows(MalformedFileException.class, () -> HfConfig.read(latin))
                        .getMessage()
                        .contains("latin.json: is not text in UTF-8"));
    }

    @Test
    void savesWhatItRead() throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, JSON);
        HfConfig config = HfConfig.read(file);
        config.write(folder.resolve("copy.json"));
        assertEquals(JSON, Files.readString(folder.resolve("copy.json")));

        HfConfig changed =
                config.with("hidden_size", 48).with("note", Map.of("a", List.of(1.5, "x")));
        assertEquals(48, changed.integer("hidden_size"));
        assertEquals(32, config.integer("hidden_size"));
        changed.write(file);
        HfConfig read = HfConfig.read(file);
        assertEquals(changed, read);
        assertEquals(config, read.with("hidden_size", 32).without("note"));
        assertTrue(read.toJson().contains("{\n"), read.toJson());
    }

    private static void assertMessage(String part, Executable code) {
        String message = assertThrows(IllegalArgumentException.class, code).getMessage();
        assertTrue(message.contains(part), message);
    }
}
