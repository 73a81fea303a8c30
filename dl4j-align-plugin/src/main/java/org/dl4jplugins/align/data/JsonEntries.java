package org.dl4jplugins.align.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The entries of one JSON array, or JSON values one after the other (JSON lines). */
final class JsonEntries {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private JsonEntries() {}

    /**
     * Reads a stream to its end; it is not closed.
     *
     * @param name what messages call it
     * @param parse makes something of an entry; its IllegalArgumentException says what is wrong
     * @return at least one
     * @throws MalformedFileException naming stream, entry and line
     */
    static <T> List<T> read(InputStream in, String name, Function<JsonNode, T> parse)
            throws IOException {
        List<T> entries = new ArrayList<>();
        try (JsonParser parser = JSON.getFactory().createParser(in)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            boolean array = parser.nextToken() == JsonToken.START_ARRAY;
            for (JsonToken token = array ? parser.nextToken() : parser.currentToken();
                    token != (array ? JsonToken.END_ARRAY : null);
                    token = parser.nextToken()) {
                entries.add(entry(parser, name, entries.size() + 1, parse));
            }
            if (array && parser.nextToken() != null) {
                throw new MalformedFileException(
                        name,
                        "line "
                                + parser.getTokenLocation().getLineNr()
                                + ": something follows the end of the array");
            }
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(
                    name, "entry " + (entries.size() + 1) + ": " + problem(e));
        }
        if (entries.isEmpty()) {
            throw new MalformedFileException(
                    name, "no examples, expected a JSON array of objects or JSON lines");
        }
        return List.copyOf(entries);
    }

    private static <T> T entry(
            JsonParser parser, String name, int number, Function<JsonNode, T> parse)
            throws IOException {
        int line = parser.getTokenLocation().getLineNr();
        JsonNode node = JSON.readTree(parser);
        try {
            return parse.apply(node);
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    name, "entry " + number + " (line " + line + "): " + e.getMessage());
        }
    }

    private static String problem(JsonProcessingException e) {
        String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        return where + "not JSON: " + e.getOriginalMessage();
    }
}
