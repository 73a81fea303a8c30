package org.dl4jplugins.align.ila;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** What the JSON files of this package have in common: a format, a version, and strict reading. */
record JsonFile(String format, int version) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    ObjectNode start() {
        return JSON.createObjectNode().put("format", format).put("version", version);
    }

    static String text(ObjectNode root) {
        return root.toPrettyString() + "\n";
    }

    <T> T read(String json, Function<JsonNode, T> content) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    "not a whole " + format + " file: " + broken.getOriginalMessage(), broken);
        }
        Ensure.that(
                format.equals(root.path("format").asText()),
                "not a file of this kind: there is no \"format\": \"%s\"",
                format);
        Ensure.that(
                root.path("version").asInt() == version,
                "%s of version %s, this program reads version %d",
                format,
                root.path("version"),
                version);
        try {
            return content.apply(root);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(
                    "damaged " + format + ": " + broken.getMessage(), broken);
        }
    }

    <T> T read(Path file, Function<JsonNode, T> content) throws IOException {
        String json = Files.readString(file);
        try {
            return read(json, content);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(file + ": " + broken.getMessage(), broken);
        }
    }

    static JsonNode need(JsonNode node, String field) {
        JsonNode value = node.get(field);
        Ensure.that(value != null && !value.isNull(), "\"%s\" is missing", field);
        return value;
    }

    static JsonNode list(JsonNode node, String field) {
        JsonNode value = need(node, field);
        Ensure.that(value.isArray(), "\"%s\" is not a list: %s", field, value);
        return value;
    }

    static String text(JsonNode node, String field) {
        JsonNode value = need(node, field);
        Ensure.that(value.isTextual(), "\"%s\" is not a text: %s", field, value);
        return value.asText();
    }

    static long whole(JsonNode node, String field) {
        JsonNode value = need(node, field);
        Ensure.that(
                value.isIntegralNumber() && value.canConvertToLong(),
                "\"%s\" is not a whole number: %s",
                field,
                value);
        return value.asLong();
    }

    static double number(JsonNode node, String field) {
        JsonNode value = need(node, field);
        Ensure.that(value.isNumber(), "\"%s\" is not a number: %s", field, value);
        return value.asDouble();
    }

    static boolean flag(JsonNode node, String field) {
        JsonNode value = need(node, field);
        Ensure.that(value.isBoolean(), "\"%s\" is not true or false: %s", field, value);
        return value.asBoolean();
    }
}
