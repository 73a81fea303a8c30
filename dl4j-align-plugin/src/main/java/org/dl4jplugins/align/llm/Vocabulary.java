package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The tokens of a {@code tokenizer.json} and their ids. */
final class Vocabulary {
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final Set<String> special = new LinkedHashSet<>();
    private final String source;
    private int size;

    private Vocabulary(String source) {
        this.source = source;
    }

    static Vocabulary parse(byte[] json, String source) throws IOException {
        JsonNode root = Json.parse(Json.text(json, source), source);
        Vocabulary vocabulary = new Vocabulary(source);
        JsonNode model = root.path("model").path("vocab");
        if (model.isObject()) {
            for (var entries = model.fields(); entries.hasNext(); ) {
                var entry = entries.next();
                vocabulary.put(entry.getKey(), entry.getValue());
            }
        } else {
            for (int id = 0; id < model.size(); id++) {
                vocabulary.put(model.get(id).path(0).asText(), id);
            }
        }
        for (JsonNode added : root.path("added_tokens")) {
            String content = added.path("content").asText();
            vocabulary.put(content, added.path("id"));
            if (added.path("special").asBoolean()) {
                vocabulary.special.add(content);
            }
        }
        if (vocabulary.size == 0) {
            throw new MalformedFileException(source, "has no tokens in model.vocab");
        }
        return vocabulary;
    }

    private void put(String token, JsonNode id) throws IOException {
        if (!id.isInt() || id.intValue() < 0) {
            throw new MalformedFileException(
                    source, "token \"" + token + "\" has the id " + id + ", must be 0 or more");
        }
        put(token, id.intValue());
    }

    private void put(String token, int id) {
        ids.put(token, id);
        tokens.put(id, token);
        size = Math.max(size, Math.addExact(id, 1));
    }

    /** The highest id plus one. */
    int size() {
        return size;
    }

    /** Those marked as special, in the order of the file. */
    Set<String> special() {
        return special;
    }

    OptionalInt id(String token) {
        Integer id = token == null ? null : ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Null for an id that no token has. */
    String token(int id) {
        return tokens.get(id);
    }
}
