package org.dl4jplugins.mtl.conflict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Shared layers from the most to the least disputed, with their S-conflict scores: Recon's
 * algorithm 1 makes the first K of them task specific.
 */
public final class LayerRanking {

    /**
     * A layer and its score.
     *
     * @param layer the layer's name
     * @param score sum of its S-conflict scores over the iterations, not negative
     */
    public record Entry(String layer, long score) {}

    private final List<Entry> entries;

    private LayerRanking(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * Sorts layers by score, highest first; equal scores keep the given order, as in the reference.
     *
     * @param entries the layers in their order in the network
     * @return the ranking
     * @throws IllegalArgumentException if a layer is there twice or a score is negative
     */
    public static LayerRanking of(List<Entry> entries) {
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (!seen.add(entry.layer())) {
                throw new IllegalArgumentException("Layer '" + entry.layer() + "' is ranked twice");
            }
            if (entry.score() < 0) {
                throw new IllegalArgumentException(
                        "Score of layer '" + entry.layer() + "': " + entry.score());
            }
        }
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::score).reversed());
        return new LayerRanking(List.copyOf(sorted));
    }

    /**
     * Reads a ranking in the format of Recon's published code: a JSON object of layer name to
     * score, {@code {"bn1": 4427, "layer1.0.bn1": 4168, ...}}. A list of {@code [name, score]}
     * pairs is read as well. Equal scores keep the file's order.
     *
     * @param file the file
     * @return the ranking
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it holds something else or is cut off
     */
    public static LayerRanking readReference(Path file) throws IOException {
        return ReferenceRanking.read(file);
    }

    /**
     * Reads the scores from a table that {@link ConflictReport#toCsv} gave.
     *
     * @param csv the table's text
     * @param severity S, one of those with a column {@code score[S]}
     * @return the ranking
     * @throws IllegalArgumentException if the text is no such table or has no such column
     */
    public static LayerRanking readCsv(String csv, double severity) {
        return ConflictCsv.ranking(csv, severity);
    }

    /**
     * Writes the ranking in the format of Recon's published code.
     *
     * @return a JSON object of layer name to score, best first
     */
    public String toReferenceJson() {
        return ReferenceRanking.write(this);
    }

    /**
     * All layers with their scores.
     *
     * @return highest score first
     */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * All layers.
     *
     * @return highest score first
     */
    public List<String> layers() {
        return entries.stream().map(Entry::layer).toList();
    }

    /**
     * The layers that Recon makes task specific.
     *
     * @param k K, from 1 to the number of layers
     * @return the first k layers, highest score first
     * @throws IllegalArgumentException if there are fewer than k layers or k is below 1
     */
    public List<String> top(int k) {
        if (k < 1 || k > entries.size()) {
            throw new IllegalArgumentException(
                    "k: "
                            + k
                            + " given, right are 1 to "
                            + entries.size()
                            + ", the number of shared layers");
        }
        return layers().subList(0, k);
    }

    /**
     * The layers whose score is high enough.
     *
     * @param score the least score
     * @return the layers with at least that score, highest first, perhaps none
     */
    public List<String> atLeast(long score) {
        return entries.stream().filter(e -> e.score() >= score).map(Entry::layer).toList();
    }

    /**
     * The score of a layer.
     *
     * @param layer its name
     * @return its score
     * @throws IllegalArgumentException if the layer is not ranked
     */
    public long score(String layer) {
        return entries.get(rank(layer) - 1).score();
    }

    /**
     * The place of a layer.
     *
     * @param layer its name
     * @return 1 for the most disputed layer
     * @throws IllegalArgumentException if the layer is not ranked
     */
    public int rank(String layer) {
        int index = layers().indexOf(layer);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "No layer '" + layer + "' in the ranking of " + layers());
        }
        return index + 1;
    }

    /**
     * How far two rankings are apart (Recon, equation 22): the mean over the layers of the absolute
     * difference of their ranks.
     *
     * @param other a ranking of the same layers
     * @return 0 for equal orders
     * @throws IllegalArgumentException if the rankings are of other layers
     */
    public double distance(LayerRanking other) {
        Map<String, Integer> ranks = other.ranks();
        if (!ranks.keySet().equals(ranks().keySet())) {
            throw new IllegalArgumentException(
                    "Rankings of other layers: " + layers() + " and " + other.layers());
        }
        return ranks().entrySet().stream()
                .mapToInt(e -> Math.abs(e.getValue() - ranks.get(e.getKey())))
                .average()
                .orElse(0);
    }

    /** Distances of every ranking to every other, symmetric. */
    static double[][] distances(List<LayerRanking> rankings) {
        return rankings.stream()
                .map(a -> rankings.stream().mapToDouble(a::distance).toArray())
                .toArray(double[][]::new);
    }

    private Map<String, Integer> ranks() {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        entries.forEach(entry -> ranks.put(entry.layer(), ranks.size() + 1));
        return ranks;
    }

    /**
     * The same ranking under other names, for example to use one made with another framework.
     *
     * @param rename gives a layer's new name
     * @return the renamed ranking
     * @throws IllegalArgumentException if two layers get the same name
     */
    public LayerRanking renamed(UnaryOperator<String> rename) {
        return of(
                entries.stream().map(e -> new Entry(rename.apply(e.layer()), e.score())).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerRanking that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(entry.score()).append(' ').append(entry.layer()).append('\n');
        }
        return text.toString();
    }
}
