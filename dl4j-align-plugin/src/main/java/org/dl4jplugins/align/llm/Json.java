package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** JSON from files that may be wrong: one value, no key twice, no nesting that fills the stack. */
final class Json {
    /** Deepest nesting accepted; checkpoints have about five levels. */
    private static final int MAX_DEPTH = 200;

    private static final ObjectMapper MAPPER =
            new ObjectMapper()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    static JsonNode parse(String json, String source) throws MalformedFileException {
        try {
            checkDepth(json, source);
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(
                    source, "is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw e instanceof MalformedFileException malformed
                    ? malformed
                    : new MalformedFileException(source, "is not valid JSON: " + e.getMessage());
        }
    }

    /** The tree of a Java value. */
    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** The text of a file's bytes. */
    static String text(byte[] utf8, String source) throws MalformedFileException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(source, "is not text in UTF-8");
        }
    }

    private static void checkDepth(String json, String source) throws IOException {
        try (JsonParser parser = MAPPER.getFactory().createParser(json)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart() && ++depth > MAX_DEPTH) {
                    throw new MalformedFileException(
                            source, "nests deeper than " + MAX_DEPTH + " levels");
                }
                if (token.isStructEnd()) {
                    depth--;
                }
            }
        }
    }
}
