package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.nd4j.shade.jackson.databind.JsonNode;

/** One example out of a JSON object; errors say what is wrong with the object. */
final class ExampleParser {

    private ExampleParser() {}

    static TextExample parse(JsonNode node) {
        require(node != null && node.isObject(), "expected an object, got " + kind(node));
        String id = node.hasNonNull("id") ? scalar(node, "id") : "";
        if (node.has("messages")) {
            return checked(TextExample.of(id, chat(node.get("messages"), "role", "content")));
        }
        if (node.has("conversations")) {
            return checked(TextExample.of(id, chat(node.get("conversations"), "from", "value")));
        }
        require(
                node.has("instruction") || node.has("input"),
                "expected a field 'input', 'instruction', 'messages' or 'conversations', got "
                        + names(node));
        require(node.has("output"), "field 'output' is missing, got " + names(node));
        return checked(
                new TextExample(
                        id,
                        List.of(),
                        optional(node, "instruction"),
                        optional(node, "input"),
                        scalar(node, "output")));
    }

    /** A prompt with a better and a worse answer. */
    static PreferenceExample parsePreference(JsonNode node) {
        require(node != null && node.isObject(), "expected an object, got " + kind(node));
        require(
                node.has("chosen") && node.has("rejected"),
                "expected fields 'chosen' and 'rejected', got " + names(node));
        String id = node.hasNonNull("id") ? scalar(node, "id") : "";
        if (node.get("chosen").isArray() && !node.has("prompt")) {
            TextExample chosen = TextExample.of(id, chat(node.get("chosen"), "role", "content"));
            TextExample other = TextExample.of(id, chat(node.get("rejected"), "role", "content"));
            require(
                    chosen.history().equals(other.history())
                            && chosen.input().equals(other.input()),
                    "'chosen' and 'rejected' must differ in their last message alone");
            return new PreferenceExample(checked(chosen), other.output());
        }
        String chosen = answer(node, "chosen");
        String rejected = answer(node, "rejected");
        if (node.has("prompt") && node.get("prompt").isArray()) {
            List<ChatMessage> messages = chat(node.get("prompt"), "role", "content");
            messages.add(ChatMessage.assistant(chosen));
            return new PreferenceExample(checked(TextExample.of(id, messages)), rejected);
        }
        require(
                node.has("prompt") || node.has("instruction") || node.has("input"),
                "expected a field 'prompt', 'instruction' or 'input', got " + names(node));
        String input = optional(node, node.has("prompt") ? "prompt" : "input");
        return new PreferenceExample(
                checked(
                        new TextExample(
                                id, List.of(), optional(node, "instruction"), input, chosen)),
                rejected);
    }

    /** Text, or the one message of a list. */
    private static String answer(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (!value.isArray()) {
            return scalar(node, field);
        }
        List<ChatMessage> messages = chat(value, "role", "content");
        require(
                messages.size() == 1 && messages.get(0).role() == ChatMessage.Role.ASSISTANT,
                "field '" + field + "' must hold one message of the assistant beside a 'prompt'");
        return messages.get(0).content();
    }

    private static TextExample checked(TextExample example) {
        require(!example.output().isBlank(), "the output is blank");
        return example;
    }

    private static List<ChatMessage> chat(JsonNode node, String role, String content) {
        require(node.isArray(), "expected an array of messages, got " + kind(node));
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : node) {
            int number = messages.size() + 1;
            require(
                    message.isObject(),
                    "message " + number + ": expected an object, got " + kind(message));
            require(
                    message.has(role) && message.has(content),
                    "message "
                            + number
                            + ": expected fields '"
                            + role
                            + "' and '"
                            + content
                            + "', got "
                            + names(message));
            messages.add(
                    new ChatMessage(role(scalar(message, role), number), scalar(message, content)));
        }
        return messages;
    }

    private static ChatMessage.Role role(String name, int number) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "system" -> ChatMessage.Role.SYSTEM;
            case "user", "human" -> ChatMessage.Role.USER;
            case "assistant", "gpt" -> ChatMessage.Role.ASSISTANT;
            default ->
                    throw new IllegalArgumentException(
                            "message "
                                    + number
                                    + ": expected a role of system, user (human) or assistant"
                                    + " (gpt), got '"
                                    + name
                                    + "'");
        };
    }

    private static String optional(JsonNode node, String field) {
        return node.hasNonNull(field) ? scalar(node, field) : "";
    }

    private static String scalar(JsonNode node, String field) {
        JsonNode value = node.get(field);
        require(
                value.isTextual() || value.isNumber() || value.isBoolean(),
                "field '" + field + "' must be text, got " + kind(value));
        return value.asText();
    }

    private static String names(JsonNode node) {
        Iterator<String> fields = node.fieldNames();
        return fields.hasNext() ? "'" + join(fields) + "'" : "an empty object";
    }

    private static String join(Iterator<String> names) {
        return String.join("', '", (Iterable<String>) () -> names);
    }

    private static String kind(JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "nothing";
        }
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "text";
            default -> node.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static void require(boolean right, String message) {
        if (!right) {
            throw new IllegalArgumentException(message);
        }
    }
}
