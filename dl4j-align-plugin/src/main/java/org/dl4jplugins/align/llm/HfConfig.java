package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A model's {@code config.json}, or another JSON object of settings; immutable.
 *
 * <p>Values are read by key and type. A value of another type is refused with file, key and both
 * types, never converted. {@code null} counts as absent, as in Hugging Face's own classes. Keys
 * that nobody reads are kept, and the text of an unchanged configuration is saved as it was read.
 */
public final class HfConfig {
    /** File name of a model's configuration. */
    public static final String FILE = "config.json";

    private final String source;
    private final String json;
    private final ObjectNode values;

    private HfConfig(String source, String json, ObjectNode values) {
        this.source = source;
        this.json = json;
        this.values = values;
    }

    /**
     * Reads a file.
     *
     * @param file a JSON object
     * @return its settings
     * @throws MalformedFileException if the file is not a JSON object or has a key twice
     * @throws IOException if it cannot be read
     */
    public static HfConfig read(Path file) throws IOException {
        return parse(Json.text(Files.readAllBytes(file), file.toString()), file.toString());
    }

    /**
     * Reads text.
     *
     * @param json a JSON object
     * @param source where it comes from, for messages
     * @return its settings
     * @throws MalformedFileException if the text is not a JSON object or has a key twice
     */
    public static HfConfig parse(String json, String source) throws MalformedFileException {
        if (Json.parse(json, source) instanceof ObjectNode object) {
            return new HfConfig(source, json, object);
        }
        throw new MalformedFileException(source, "is not a JSON object");
    }

    /**
     * Settings made in code.
     *
     * @param values texts, numbers, truth values, lists and maps of such
     * @return the settings
     * @throws IllegalArgumentException if a value is nothing that JSON knows
     */
    public static HfConfig of(Map<String, ?> values) {
        return ofTree("config", (ObjectNode) Json.tree(values));
    }

    private static HfConfig ofTree(String source, ObjectNode values) {
        return new HfConfig(source, values.toPrettyString(), values);
    }

    /**
     * Where the settings come from.
     *
     * @return the file, for messages
     */
    public String source() {
        return source;
    }

    /**
     * The architecture.
     *
     * @return {@code model_type}, such as {@code llama}
     * @throws IllegalArgumentException if there is none
     */
    public String modelType() {
        return text("model_type");
    }

    /**
     * All keys.
     *
     * @return in the order of the file
     */
    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        values.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /**
     * Whether a key has a value.
     *
     * @param key a setting
     * @return false if it is absent or {@code null}
     */
    public boolean has(String key) {
        return values.hasNonNull(key);
    }

    /**
     * A whole number.
     *
     * @param key a setting
     * @return its value
     * @throws IllegalArgumentException if it is absent or not a 32-bit whole number
     */
    public int integer(String key) {
        return value(key, JsonNode::isInt, "a whole number").intValue();
    }

    /**
     * A whole number.
     *
     * @param key a setting
     * @param otherwise value of an absent setting
     * @return its value
     * @throws IllegalArgumentException if it is not a 32-bit whole number
     */
    public int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /**
     * One or several whole numbers, as {@code eos_token_id} has.
     *
     * @param key a setting
     * @return its value or values; empty if it is absent
     * @throws IllegalArgumentException if it holds anything but 32-bit whole numbers
     */
    public List<Integer> integers(String key) {
        return list(key, JsonNode::isInt, JsonNode::intValue, "whole numbers");
    }

    /**
     * A number.
     *
     * @param key a setting
     * @return its value
     * @throws IllegalArgumentException if it is absent or not a number
     */
    public double number(String key) {
        return value(key, JsonNode::isNumber, "a number").doubleValue();
    }

    /**
     * A number.
     *
     * @param key a setting
     * @param otherwise value of an absent setting
     * @return its value
     * @throws IllegalArgumentException if it is not a number
     */
    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    /**
     * A truth value.
     *
     * @param key a setting
     * @param otherwise value of an absent setting
     * @return its value
     * @throws IllegalArgumentException if it is not a truth value
     */
    public boolean flag(String key, boolean otherwise) {
        return has(key)
                ? value(key, JsonNode::isBoolean, "true or false").booleanValue()
                : otherwise;
    }

    /**
     * A text.
     *
     * @param key a setting
     * @return its value
     * @throws IllegalArgumentException if it is absent or not a text
     */
    public String text(String key) {
        return value(key, JsonNode::isTextual, "a text").textValue();
    }

    /**
     * A text.
     *
     * @param key a setting
     * @param otherwise value of an absent setting
     * @return its value
     * @throws IllegalArgumentException if it is not a text
     */
    public String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    /**
     * One or several texts, as {@code architectures} has.
     *
     * @param key a setting
     * @return its value or values; empty if it is absent
     * @throws IllegalArgumentException if it holds anything but texts
     */
    public List<String> texts(String key) {
        return list(key, JsonNode::isTextual, JsonNode::textValue, "texts");
    }

    /** Whether a value holds settings of its own. */
    boolean isObject(String key) {
        return values.path(key).isObject();
    }

    /**
     * Settings within the settings, as {@code rope_scaling} has.
     *
     * @param key a setting
     * @return its settings; messages name the outer key as well
     * @throws IllegalArgumentException if it is absent or not an object
     */
    public HfConfig object(String key) {
        JsonNode node = value(key, JsonNode::isObject, "an object");
        return ofTree(source + " in " + key, (ObjectNode) node);
    }

    /**
     * These settings and one that is set or replaced.
     *
     * @param key a setting
     * @param value a text, number, truth value, list or map of such; null makes it {@code null}
     * @return new settings
     */
    public HfConfig with(String key, Object value) {
        ObjectNode changed = values.deepCopy();
        changed.set(key, Json.tree(value));
        return ofTree(source, changed);
    }

    /**
     * These settings without one.
     *
     * @param key a setting, present or not
     * @return new settings
     */
    public HfConfig without(String key) {
        if (!values.has(key)) {
            return this;
        }
        ObjectNode changed = values.deepCopy();
        changed.remove(key);
        return ofTree(source, changed);
    }

    /**
     * The settings as JSON.
     *
     * @return the text that was read if nothing changed since
     */
    public String toJson() {
        return json;
    }

    /**
     * Saves the settings.
     *
     * @param file to create or replace
     * @throws IOException if it cannot be written; an old one is then unchanged
     */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, json);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HfConfig that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return source + " " + values;
    }

    private <T> List<T> list(
            String key, Predicate<JsonNode> right, Function<JsonNode, T> value, String expected) {
        List<T> list = new ArrayList<>();
        if (has(key)) {
            JsonNode node = values.get(key);
            Iterator<JsonNode> nodes = node.isArray() ? node.elements() : List.of(node).iterator();
            while (nodes.hasNext()) {
                JsonNode element = nodes.next();
                if (!right.test(element)) {
                    throw wrong(key, element, expected);
                }
                list.add(value.apply(element));
            }
        }
        return list;
    }

    private JsonNode value(String key, Predicate<JsonNode> right, String expected) {
        JsonNode node = values.get(key);
        if (node == null || !right.test(node)) {
            throw wrong(key, node, expected);
        }
        return node;
    }

    private IllegalArgumentException wrong(String key, JsonNode value, String expected) {
        String given = value == null ? "absent" : value.toString();
        return new IllegalArgumentException(
                key + " in " + source + " is " + given + ", must be " + expected);
    }
}
