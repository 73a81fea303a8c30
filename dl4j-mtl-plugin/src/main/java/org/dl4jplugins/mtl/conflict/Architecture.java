package org.dl4jplugins.mtl.conflict;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.SharedLayers;

/** Tells networks apart by their shared layers: names, order and numbers of parameters. */
final class Architecture {

    private static final int SHOWN = 5;

    private Architecture() {}

    /** SHA-256 over one line {@code name<TAB>parameters} per layer, in hexadecimal digits. */
    static String fingerprint(List<SharedLayer> layers) {
        StringBuilder lines = new StringBuilder();
        layers.forEach(
                l -> lines.append(l.name()).append('\t').append(l.parameters()).append('\n'));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /**
     * @throws IllegalArgumentException if the network is not one that the data can be about
     */
    static void require(ConflictData data, ComputationGraph graph) {
        List<String> outputs = graph.getConfiguration().getNetworkOutputs();
        if (!outputs.containsAll(data.tasks())) {
            throw new IllegalArgumentException(
                    "The report is about tasks " + data.tasks() + ", the network has " + outputs);
        }
        String difference = difference(data.layers(), SharedLayers.of(graph));
        if (!difference.isEmpty()) {
            throw new IllegalArgumentException(
                    "The report is about another architecture; shared layers of the report and of"
                            + " the network: "
                            + difference);
        }
    }

    static String difference(ConflictData left, ConflictData right) {
        return left.tasks().equals(right.tasks())
                ? difference(left.layers(), right.layers())
                : "tasks " + left.tasks() + " and " + right.tasks();
    }

    /** What differs, in words; empty if nothing does. */
    static String difference(List<SharedLayer> ours, List<SharedLayer> theirs) {
        if (ours.equals(theirs)) {
            return "";
        }
        List<SharedLayer> onlyOurs = new ArrayList<>(ours);
        onlyOurs.removeAll(theirs);
        List<SharedLayer> onlyTheirs = new ArrayList<>(theirs);
        onlyTheirs.removeAll(ours);
        return onlyOurs.isEmpty() && onlyTheirs.isEmpty()
                ? "the same layers in another order"
                : ours.size()
                        + " layers against "
                        + theirs.size()
                        + "; only the first has "
                        + shorten(onlyOurs)
                        + ", only the second "
                        + shorten(onlyTheirs);
    }

    private static String shorten(List<SharedLayer> layers) {
        List<String> names =
                layers.stream()
                        .limit(SHOWN)
                        .map(l -> l.name() + " (" + l.parameters() + " parameters)")
                        .toList();
        return layers.size() > SHOWN
                ? names + " and " + (layers.size() - SHOWN) + " more"
                : names.toString();
    }
}
