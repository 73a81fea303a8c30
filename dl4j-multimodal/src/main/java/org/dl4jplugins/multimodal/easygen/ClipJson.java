package org.dl4jplugins.multimodal.easygen;

import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Sizes of a CLIP model as JSON. */
final class ClipJson {
    private ClipJson() {}

    static ObjectNode write(ClipConfig config) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("imageSize", config.imageSize()).put("patch", config.patch());
        tower(json.putObject("vision"), config.vision());
        json.put("vocabulary", config.vocabulary())
                .put("positions", config.positions())
                .put("endToken", config.endToken());
        tower(json.putObject("text"), config.text());
        return json.put("projection", config.projection());
    }

    private static void tower(ObjectNode json, ClipTower tower) {
        json.put("width", tower.width())
                .put("inner", tower.inner())
                .put("heads", tower.heads())
                .put("layers", tower.layers());
    }

    static ClipConfig read(JsonNode json) {
        return new ClipConfig.Builder()
                .image(
                        json.path("imageSize").asInt(),
                        json.path("patch").asInt(),
                        tower(json.path("vision")))
                .text(
                        json.path("vocabulary").asInt(),
                        json.path("positions").asInt(),
                        tower(json.path("text")))
                .endToken(json.path("endToken").asInt())
                .projection(json.path("projection").asInt())
                .build();
    }

    private static ClipTower tower(JsonNode json) {
        return new ClipTower(
                json.path("width").asInt(),
                json.path("inner").asInt(),
                json.path("heads").asInt(),
                json.path("layers").asInt());
    }
}
