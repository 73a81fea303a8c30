package org.dl4jplugins.align.ila;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;

/** The adapted matrices of a kind of model, in their order in the network. */
final class Architecture {

    private static final int SHOWN = 5;

    private final List<AdaptedMatrix> matrices;
    private final Map<String, Integer> places = new LinkedHashMap<>();

    Architecture(List<AdaptedMatrix> matrices) {
        this.matrices = List.copyOf(matrices);
        Ensure.that(!matrices.isEmpty(), "layers: none given, right is at least one");
        for (AdaptedMatrix matrix : this.matrices) {
            Ensure.that(
                    places.put(matrix.name(), places.size()) == null,
                    "layers: '%s' given twice",
                    matrix.name());
        }
    }

    List<AdaptedMatrix> matrices() {
        return matrices;
    }

    int size() {
        return matrices.size();
    }

    List<String> names() {
        return List.copyOf(places.keySet());
    }

    int place(String name) {
        Integer place = places.get(name);
        Ensure.that(
                place != null,
                "No layer '%s' among the %d layers: %s",
                name,
                size(),
                shortened(names()));
        return place;
    }

    /** SHA-256 over one line {@code name TAB layer TAB matrix TAB inputs TAB outputs} for each. */
    String fingerprint() {
        StringBuilder lines = new StringBuilder();
        for (AdaptedMatrix m : matrices) {
            lines.append(m.name()).append('\t').append(m.layer()).append('\t');
            lines.append(m.matrix()).append('\t');
            lines.append(m.inputs()).append('\t').append(m.outputs()).append('\n');
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    void requireSame(Architecture other, String ours, String theirs) {
        if (matrices.equals(other.matrices)) {
            return;
        }
        List<AdaptedMatrix> onlyOurs = new ArrayList<>(matrices);
        onlyOurs.removeAll(other.matrices);
        List<AdaptedMatrix> onlyTheirs = new ArrayList<>(other.matrices);
        onlyTheirs.removeAll(matrices);
        String difference =
                onlyOurs.isEmpty() && onlyTheirs.isEmpty()
                        ? "the same layers in another order"
                        : "only in "
                                + ours
                                + " "
                                + shown(onlyOurs)
                                + ", only in "
                                + theirs
                                + " "
                                + shown(onlyTheirs);
        throw new IllegalArgumentException(
                String.format(
                        "%s and %s are of different architectures (%d and %d layers): %s",
                        ours, theirs, size(), other.size(), difference));
    }

    private static String shown(List<AdaptedMatrix> some) {
        return shortened(
                some.stream().map(m -> m.name() + " " + m.inputs() + "x" + m.outputs()).toList());
    }

    static String shortened(List<String> names) {
        return names.size() <= SHOWN
                ? names.toString()
                : names.subList(0, SHOWN) + " and " + (names.size() - SHOWN) + " more";
    }

    void write(ArrayNode layers) {
        for (AdaptedMatrix m : matrices) {
            layers.addObject()
                    .put("name", m.name())
                    .put("layer", m.layer())
                    .put("matrix", m.matrix())
                    .put("inputs", m.inputs())
                    .put("outputs", m.outputs());
        }
    }

    static Architecture read(JsonNode root) {
        List<AdaptedMatrix> layers = new ArrayList<>();
        for (JsonNode l : JsonFile.list(root, "layers")) {
            layers.add(
                    new AdaptedMatrix(
                            JsonFile.text(l, "name"),
                            JsonFile.text(l, "layer"),
                            JsonFile.text(l, "matrix"),
                            JsonFile.whole(l, "inputs"),
                            JsonFile.whole(l, "outputs")));
        }
        Architecture architecture = new Architecture(layers);
        Ensure.that(
                architecture.fingerprint().equals(JsonFile.text(root, "fingerprint")),
                "the fingerprint is not that of the layers");
        return architecture;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Architecture that && matrices.equals(that.matrices);
    }

    @Override
    public int hashCode() {
        return matrices.hashCode();
    }
}
