package org.dl4jplugins.align.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Finds the prompt template of a Hugging Face model. Its {@code chat_template} is a program in the
 * Jinja language; it is not run, but those in common use are recognized by their marks. What else
 * the program does (a default system message, tools, the date) is left out.
 */
public final class ChatTemplates {

    private static final int SHOWN = 120;

    /** Marks of templates that share marks with known ones but are not the same (Phi-3, Nemo). */
    private static final List<String> OTHERS = List.of("<|end|>", "[AVAILABLE_TOOLS]");

    private ChatTemplates() {}

    /**
     * The template of a model, from its {@code chat_template.jinja} or the {@code chat_template} of
     * its {@code tokenizer_config.json}.
     *
     * @param model the model's folder
     * @return empty if the model has no chat template: it was not made for chat
     * @throws IllegalArgumentException if the model's template is none of those known
     * @throws IOException if a file cannot be read
     */
    public static Optional<PromptTemplate> of(Path model) throws IOException {
        Path own = model.resolve("chat_template.jinja");
        if (Files.exists(own)) {
            return Optional.of(recognize(Files.readString(own), own.toString()));
        }
        Path config = model.resolve("tokenizer_config.json");
        if (!Files.exists(config)) {
            return Optional.empty();
        }
        JsonNode template;
        try {
            template = new ObjectMapper().readTree(Files.readAllBytes(config)).get("chat_template");
        } catch (JsonProcessingException e) {
            throw new IOException(config + ": not JSON: " + e.getOriginalMessage(), e);
        }
        if (template == null || template.isNull()) {
            return Optional.empty();
        }
        return Optional.of(recognize(jinja(template, config), config.toString()));
    }

    /** One template, or several with names of which one is the default. */
    private static String jinja(JsonNode template, Path config) throws IOException {
        if (template.isTextual()) {
            return template.asText();
        }
        for (JsonNode one : template) {
            if ("default".equals(one.path("name").asText()) && one.path("template").isTextual()) {
                return one.get("template").asText();
            }
        }
        throw new IOException(
                config
                        + ": chat_template must be text, or a list with an entry named 'default',"
                        + " got "
                        + shortened(template.toString()));
    }

    /**
     * Recognizes a template by its marks.
     *
     * @param jinja the {@code chat_template}
     * @throws IllegalArgumentException if it has the marks of none of those known
     */
    public static PromptTemplate recognize(String jinja) {
        return recognize(jinja, "chat_template");
    }

    private static PromptTemplate recognize(String jinja, String source) {
        boolean other = OTHERS.stream().anyMatch(jinja::contains);
        for (Map.Entry<String, PromptTemplate> one : marks().entrySet()) {
            if (!other && jinja.contains(one.getKey())) {
                return one.getValue();
            }
        }
        throw new IllegalArgumentException(
                source
                        + ": not a known chat template (they are told by the marks "
                        + String.join(", ", marks().keySet())
                        + "); choose one of PromptTemplates or build a PromptTemplate. It begins: "
                        + shortened(jinja));
    }

    /** The mark that tells a template from those after it. */
    private static Map<String, PromptTemplate> marks() {
        Map<String, PromptTemplate> marks = new LinkedHashMap<>();
        marks.put("<|im_start|>", PromptTemplates.chatml());
        marks.put("<|start_header_id|>", PromptTemplates.llama3());
        marks.put("<<SYS>>", PromptTemplates.llama2());
        marks.put("[INST]", PromptTemplates.mistral());
        marks.put("<|assistant|>", PromptTemplates.zephyr());
        marks.put("### Response", PromptTemplates.alpaca());
        return marks;
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
