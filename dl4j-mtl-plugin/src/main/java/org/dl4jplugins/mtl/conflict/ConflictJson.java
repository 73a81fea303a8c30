package org.dl4jplugins.mtl.conflict;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Version 1 of the report's file format, described in {@link ConflictReport}. */
final class ConflictJson {

    static final String FORMAT = "dl4jplugins-conflict-report";
    static final int VERSION = 1;

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private ConflictJson() {}

    static String write(ConflictData data) {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("version", VERSION);
        data.tasks().forEach(root.putArray("tasks")::add);
        ArrayNode layers = root.putArray("layers");
        data.layers()
                .forEach(
                        l ->
                                layers.addObject()
                                        .put("name", l.name())
                                        .put("parameters", l.parameters()));
        root.put("fingerprint", Architecture.fingerprint(data.layers()));
        root.set("cuts", JSON.valueToTree(data.settings().bins().cuts()));
        data.settings().thresholds().forEach(root.putArray("thresholds")::add);
        root.put("every", data.settings().every()).put("runs", data.runs());
        ArrayNode segments = root.putArray("segments");
        data.segments().forEach(s -> writeCounts(segments.addObject(), s));
        ArrayNode epochs = root.putArray("epochs");
        data.epochs().forEach((e, c) -> writeCounts(epochs.addObject().put("epoch", e), c));
        writePairs(data, root.putArray("pairs"));
        ArrayNode norms = root.putArray("norms");
        for (int task = 0; task < data.tasks().size(); task++) {
            TaskNorms of = data.norms().get(task);
            ObjectNode node = norms.addObject().put("task", data.tasks().get(task));
            for (int row = 0; row < data.rows(); row++) {
                node.withArray("sum").add(of.sum(row));
                node.withArray("count").add(of.seen(row));
            }
        }
        writeRankings(data, root.putObject("rankings"));
        return root.toString();
    }

    private static void writeCounts(ObjectNode node, LayerCounts counts) {
        node.put("iterations", counts.iterations());
        node.set("counts", JSON.valueToTree(counts.all()));
    }

    private static void writePairs(ConflictData data, ArrayNode pairs) {
        int tasks = data.tasks().size();
        for (int i = 0; i < tasks; i++) {
            for (int j = i + 1; j < tasks; j++) {
                PairCosines pair = data.pairs().get(ConflictData.pair(i, j, tasks));
                ObjectNode node = pairs.addObject();
                node.putArray("tasks").add(data.tasks().get(i)).add(data.tasks().get(j));
                for (int row = 0; row < data.rows(); row++) {
                    node.withArray("counts").add(JSON.valueToTree(pair.row(row)));
                    node.withArray("sum").add(pair.sum(row));
                    node.withArray("min").add(pair.minimum(row));
                }
            }
        }
    }

    private static void writeRankings(ConflictData data, ObjectNode rankings) {
        ConflictReport report = new ConflictReport(data);
        for (double severity : report.thresholds()) {
            ObjectNode ranking = rankings.putObject(Double.toString(severity));
            report.ranking(severity).entries().forEach(e -> ranking.put(e.layer(), e.score()));
        }
    }

    static ConflictData read(Path file) throws IOException {
        try {
            return parse(Files.readAllBytes(file));
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(file + ": " + broken.getMessage(), broken);
        }
    }

    static ConflictData read(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ConflictData parse(byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    "not a whole conflict report: " + broken.getOriginalMessage(), broken);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        if (!FORMAT.equals(root.path("format").asText())) {
            throw new IllegalArgumentException(
                    "not a conflict report: there is no \"format\": \"" + FORMAT + "\"");
        }
        if (root.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException(
                    "conflict report of version "
                            + root.path("version")
                            + ", this program reads version "
                            + VERSION);
        }
        try {
            return data(root);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException(
                    "damaged conflict report: " + broken.getMessage(), broken);
        }
    }

    private static ConflictData data(JsonNode root) {
        List<String> tasks = each(root, "tasks", JsonNode::asText);
        List<SharedLayer> layers =
                each(
                        root,
                        "layers",
                        l ->
                                new SharedLayer(
                                        need(l, "name").asText(), need(l, "parameters").asLong()));
        require(
                Architecture.fingerprint(layers).equals(need(root, "fingerprint").asText()),
                "the fingerprint is not that of the layers");
        CosineBins bins = CosineBins.of(doubles(need(root, "cuts")));
        List<Double> thresholds = each(root, "thresholds", JsonNode::asDouble);
        thresholds.forEach(bins::binsBelow);
        ConflictSettings settings =
                new ConflictSettings(bins, thresholds, need(root, "every").asInt());
        int rows = layers.size() + 1;
        List<LayerCounts> segments = each(root, "segments", s -> counts(s, rows, bins.size()));
        SortedMap<Integer, LayerCounts> epochs = new TreeMap<>();
        each(
                root,
                "epochs",
                e -> epochs.put(need(e, "epoch").asInt(), counts(e, rows, bins.size())));
        List<PairCosines> pairs =
                each(
                        root,
                        "pairs",
                        p ->
                                new PairCosines(
                                        longs(need(p, "counts"), rows, bins.size()),
                                        doubles(need(p, "sum"), rows),
                                        doubles(need(p, "min"), rows)));
        List<TaskNorms> norms =
                each(
                        root,
                        "norms",
                        n ->
                                new TaskNorms(
                                        doubles(need(n, "sum"), rows),
                                        longs(need(n, "count"), rows)));
        require(
                pairs.size() == tasks.size() * (tasks.size() - 1) / 2
                        && norms.size() == tasks.size(),
                "pairs or norms do not fit the tasks");
        ConflictData data =
                new ConflictData(
                        tasks,
                        layers,
                        settings,
                        need(root, "runs").asInt(),
                        segments,
                        epochs,
                        pairs,
                        norms);
        requireConsistent(data);
        return data;
    }

    /** Time, epochs and pairs are three ways of counting the same cosines. */
    private static void requireConsistent(ConflictData data) {
        int bins = data.settings().bins().size();
        LayerCounts bySegment = sum(data.segments(), data.rows(), bins);
        LayerCounts byEpoch = sum(List.copyOf(data.epochs().values()), data.rows(), bins);
        long[][] byPair = new long[data.rows()][bins];
        for (PairCosines pair : data.pairs()) {
            for (int row = 0; row < byPair.length; row++) {
                LayerCounts.addTo(new long[][] {byPair[row]}, new long[][] {pair.row(row)});
            }
        }
        require(
                bySegment.equals(byEpoch)
                        && bySegment.equals(new LayerCounts(byPair, bySegment.iterations())),
                "segments, epochs and pairs do not add up to the same counts");
    }

    private static LayerCounts sum(List<LayerCounts> parts, int rows, int bins) {
        return parts.stream().reduce(new LayerCounts(rows, bins), LayerCounts::plus);
    }

    private static LayerCounts counts(JsonNode node, int rows, int bins) {
        return new LayerCounts(
                longs(need(node, "counts"), rows, bins), need(node, "iterations").asLong());
    }

    private static long[][] longs(JsonNode node, int rows, int columns) {
        require(node.size() == rows, node.size() + " rows, right are " + rows);
        long[][] values = new long[rows][];
        for (int row = 0; row < rows; row++) {
            values[row] = longs(node.path(row), columns);
        }
        return values;
    }

    private static long[] longs(JsonNode node, int length) {
        require(node.size() == length, node.size() + " numbers, right are " + length);
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
            require(node.path(i).canConvertToLong(), "not a count: " + node.path(i));
            values[i] = node.path(i).asLong();
            require(values[i] >= 0, "negative count " + values[i]);
        }
        return values;
    }

    private static double[] doubles(JsonNode node, int length) {
        require(node.size() == length, node.size() + " numbers, right are " + length);
        return doubles(node);
    }

    private static double[] doubles(JsonNode node) {
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            require(node.path(i).isNumber(), "not a number: " + node.path(i));
            values[i] = node.path(i).asDouble();
        }
        return values;
    }

    private static <T> List<T> each(JsonNode root, String field, Function<JsonNode, T> read) {
        JsonNode array = need(root, field);
        require(array.isArray(), field + " is not a list");
        List<T> values = new ArrayList<>();
        array.forEach(node -> values.add(read.apply(node)));
        return Collections.unmodifiableList(values);
    }

    private static JsonNode need(JsonNode node, String field) {
        JsonNode value = node.get(field);
        require(value != null && !value.isNull(), "\"" + field + "\" is missing");
        return value;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
