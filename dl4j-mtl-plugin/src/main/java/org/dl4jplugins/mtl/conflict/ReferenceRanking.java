package org.dl4jplugins.mtl.conflict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The file format of the rankings that Recon's published code stores. */
final class ReferenceRanking {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private ReferenceRanking() {}

    static LayerRanking read(Path file) throws IOException {
        try {
            return LayerRanking.of(entries(JSON.readTree(Files.readAllBytes(file))));
        } catch (JsonProcessingException | IllegalArgumentException broken) {
            throw new IllegalArgumentException(
                    file
                            + " is not a whole ranking, a JSON object of layer name to score: "
                            + broken.getMessage(),
                    broken);
        }
    }

    private static List<LayerRanking.Entry> entries(JsonNode root) {
        List<LayerRanking.Entry> entries = new ArrayList<>();
        if (root.isObject()) {
            root.fields().forEachRemaining(f -> entries.add(entry(f.getKey(), f.getValue())));
        } else if (root.isArray()) {
            for (JsonNode pair : root) {
                if (pair.size() != 2 || !pair.path(0).isTextual()) {
                    throw new IllegalArgumentException("not a pair of name and score: " + pair);
                }
                entries.add(entry(pair.get(0).asText(), pair.get(1)));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no layers");
        }
        return entries;
    }

    private static LayerRanking.Entry entry(String layer, JsonNode score) {
        if (!score.isNumber() || score.asDouble() != score.asLong()) {
            throw new IllegalArgumentException("score of '" + layer + "' is " + score);
        }
        return new LayerRanking.Entry(layer, score.asLong());
    }

    static String write(LayerRanking ranking) {
        ObjectNode root = JSON.createObjectNode();
        ranking.entries().forEach(entry -> root.put(entry.layer(), entry.score()));
        return root.toString();
    }
}
