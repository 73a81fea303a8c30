package org.dl4jplugins.examples.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/**
 * Settings as JSON, in which nothing may be missing, unknown or wrong.
 *
 * @param <T> a record
 */
public final class SettingsFile<T> {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    private final Class<T> type;

    /** For settings of a type. */
    public SettingsFile(Class<T> type) {
        this.type = type;
    }

    /**
     * The settings file of a scale, a resource beside the type.
     *
     * @throws IllegalArgumentException if there is no such scale
     */
    public T scale(String scale, List<String> scales) throws IOException {
        require(scales.contains(scale), "scale", scale, "one of " + String.join(", ", scales));
        try (InputStream in = type.getResourceAsStream(scale + ".json")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), scale + ".json");
        }
    }

    /**
     * Settings from a file.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public T read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    /**
     * Settings from a text.
     *
     * @param name where it is from, for the message
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public T parse(String json, String name) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Settings " + name + " cannot be used: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Settings from values by name.
     *
     * @throws IllegalArgumentException if a value is missing, unknown or wrong
     */
    public T of(Map<String, ?> values) {
        return JSON.convertValue(values, type);
    }

    /** All values as JSON. */
    public String toJson(T settings) {
        try {
            return JSON.writeValueAsString(settings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All values by name. */
    public Map<String, Object> toMap(T settings) {
        return JSON.convertValue(settings, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /**
     * Claims a results folder for these settings.
     *
     * @throws IllegalArgumentException if it holds results of other settings
     */
    public void claim(T settings, Path folder) throws IOException {
        Path file = folder.resolve("settings.json");
        if (Files.exists(file)) {
            require(
                    read(file).equals(settings),
                    "results folder",
                    folder,
                    "a new one: this one holds results of other settings");
        } else {
            AtomicFiles.write(file, toJson(settings));
        }
    }

    /**
     * Refuses a wrong value.
     *
     * @throws IllegalArgumentException if it is not right, naming value and what is right
     */
    public static void require(boolean ok, String name, Object value, String right) {
        if (!ok) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + right);
        }
    }
}
