package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Version 1 of the report's file format, described in the package description. */
final class SignificanceJson {

    static final JsonFile FILE = new JsonFile("dl4jplugins-layer-significance", 1);

    private SignificanceJson() {}

    static String write(LayerSignificance report) {
        ObjectNode root = FILE.start();
        root.put("run", report.run()).put("method", report.method());
        ObjectNode details = root.putObject("details");
        report.details().forEach(details::put);
        root.put("fingerprint", report.fingerprint());
        report.architecture().write(root.putArray("layers"));
        ArrayNode scores = root.putArray("scores");
        for (double score : report.scores()) {
            scores.add(score);
        }
        report.ranking().forEach(root.putArray("ranking")::add);
        return JsonFile.text(root);
    }

    static LayerSignificance read(JsonNode root) {
        List<Double> scores = new ArrayList<>();
        for (JsonNode score : JsonFile.list(root, "scores")) {
            Ensure.that(score.isNumber(), "not a score: %s", score);
            scores.add(score.asDouble());
        }
        LayerSignificance.Builder report =
                new LayerSignificance.Builder(
                                JsonFile.text(root, "run"),
                                Architecture.read(root).matrices(),
                                scores.stream().mapToDouble(Double::doubleValue).toArray())
                        .method(JsonFile.text(root, "method"));
        JsonFile.need(root, "details")
                .fields()
                .forEachRemaining(d -> report.detail(d.getKey(), d.getValue().asText()));
        return report.build();
    }
}
