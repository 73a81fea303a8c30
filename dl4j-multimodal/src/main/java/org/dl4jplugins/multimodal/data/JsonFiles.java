package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** JSON files of many entries, one entry in memory at a time; errors name file and entry. */
final class JsonFiles {
    private JsonFiles() {}

    /** Goes through the objects of the one array that the file is. */
    static void array(Path file, Consumer<JsonNode> entry) throws IOException {
        read(
                file,
                parser -> {
                    if (parser.nextToken() != JsonToken.START_ARRAY) {
                        throw new MalformedFileException(file, "must be a JSON array of objects");
                    }
                    entries(file, "entry", parser, entry);
                });
    }

    /** Goes through the objects of the arrays that are fields of the one object of the file. */
    static void arrays(Path file, BiConsumer<String, JsonNode> entry) throws IOException {
        read(
                file,
                parser -> {
                    if (parser.nextToken() != JsonToken.START_OBJECT) {
                        throw new MalformedFileException(file, "must be a JSON object");
                    }
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        String field = parser.currentName();
                        if (parser.nextToken() == JsonToken.START_ARRAY) {
                            entries(file, field, parser, node -> entry.accept(field, node));
                        } else {
                            parser.skipChildren();
                        }
                    }
                });
    }

    private interface Reading {
        void of(JsonParser parser) throws IOException;
    }

    private static void read(Path file, Reading reading) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = new ObjectMapper().getFactory().createParser(in)) {
            reading.of(parser);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw new MalformedFileException(file, where + "not JSON: " + e.getOriginalMessage());
        }
    }

    private static void entries(Path file, String name, JsonParser parser, Consumer<JsonNode> entry)
            throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (int number = 1; parser.nextToken() != JsonToken.END_ARRAY; number++) {
            try {
                entry.accept(mapper.readTree(parser));
            } catch (IllegalArgumentException e) {
                throw new MalformedFileException(file, name + " " + number + ": " + e.getMessage());
            }
        }
    }

    /** Text or a number as text. */
    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual() && !value.isNumber()) {
            throw new IllegalArgumentException(
                    "field '"
                            + field
                            + "' must be text, got "
                            + (value.isMissingNode() ? "no such field" : value));
        }
        return value.asText();
    }

    /** A file below a folder, by a name that a data file gives. */
    static Path below(Path folder, String name) {
        Path base = folder.toAbsolutePath().normalize();
        Path file;
        try {
            file = base.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + name + "' is no file name");
        }
        if (!file.startsWith(base) || file.equals(base)) {
            throw new IllegalArgumentException("'" + name + "' is no file below " + folder);
        }
        return file;
    }
}
