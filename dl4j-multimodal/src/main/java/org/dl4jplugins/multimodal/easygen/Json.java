package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Settings as JSON, strictly: what is not known or missing is refused. */
final class Json {
    private Json() {}

    static String write(Object settings) {
        try {
            return new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T read(String json, Class<T> type, String what) {
        try {
            return new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .readValue(json, type);
        } catch (IOException e) {
            throw new IllegalArgumentException("json must be " + what + ": " + e.getMessage(), e);
        }
    }
}
