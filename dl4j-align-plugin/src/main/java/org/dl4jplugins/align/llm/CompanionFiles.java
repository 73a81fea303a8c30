package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.AtomicFiles;

/**
 * The small files of a checkpoint beside its weights and its configuration, byte by byte: those of
 * the tokenizer and the settings of generation.
 */
final class CompanionFiles {
    private static final List<String> NAMES =
            List.of(
                    HfTokenizer.FILE,
                    HfTokenizer.SETTINGS,
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "generation_config.json",
                    "chat_template.jinja",
                    "chat_template.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "spiece.model",
                    "tokenizer.model");

    private final Map<String, byte[]> files;

    private CompanionFiles(Map<String, byte[]> files) {
        this.files = files;
    }

    static CompanionFiles read(Path folder) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.put(name, Files.readAllBytes(file));
            }
        }
        return new CompanionFiles(files);
    }

    /** Those of a tokenizer that did not come from a folder. */
    static CompanionFiles of(HfTokenizer tokenizer) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        if (tokenizer != null) {
            files.put(HfTokenizer.FILE, tokenizer.json());
            HfConfig settings = tokenizer.settings();
            if (!settings.keys().isEmpty()) {
                files.put(HfTokenizer.SETTINGS, settings.toJson().getBytes(StandardCharsets.UTF_8));
            }
        }
        return new CompanionFiles(files);
    }

    void write(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            AtomicFiles.write(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
