package org.dl4jplugins.mtl.recon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Picks layers from a ranking. */
@FunctionalInterface
interface LayerSelection {

    /** The picked layers of a ranking with the highest score first. */
    List<RankedLayer> pick(GraphStructure structure, List<RankedLayer> ranking);

    /** The first k, whatever their scores. */
    static LayerSelection topK(int k) {
        return (structure, ranking) -> {
            if (k > ranking.size()) {
                throw new IllegalArgumentException(
                        "topK is " + k + " but the graph has " + ranking.size() + " shared layers");
            }
            return ranking.subList(0, k);
        };
    }

    /** All layers with at least this score. */
    static LayerSelection scoreThreshold(double threshold) {
        return (structure, ranking) -> {
            List<RankedLayer> picked =
                    ranking.stream().filter(r -> r.score() >= threshold).toList();
            if (picked.isEmpty()) {
                throw new IllegalArgumentException(
                        "scoreThreshold is "
                                + threshold
                                + " but the highest score is "
                                + ranking.get(0).score()
                                + ": no layer would be split");
            }
            return picked;
        };
    }

    /** In ranking order every layer with conflicts that still fits into the added parameters. */
    static LayerSelection budget(Budget budget) {
        return (structure, ranking) -> {
            double room = budget.parameters(structure);
            List<RankedLayer> picked = new ArrayList<>();
            double used = 0;
            for (RankedLayer layer : ranking) {
                int copies = structure.tasksOf(layer.layer()).size() - 1;
                double added = (double) copies * structure.trainable(layer.layer());
                if (layer.score() > 0 && used + added <= room) {
                    picked.add(layer);
                    used += added;
                }
            }
            if (picked.isEmpty()) {
                throw new IllegalArgumentException(
                        "budget of "
                                + (long) room
                                + " added parameters is too small for any layer with conflicts");
            }
            return picked;
        };
    }

    /** How many parameters may be added. */
    @FunctionalInterface
    interface Budget {
        double parameters(GraphStructure structure);
    }

    /** Highest score first, equal scores in the given order; checks that it ranks this graph. */
    static List<RankedLayer> checked(GraphStructure structure, List<RankedLayer> ranking) {
        List<String> shared = structure.shared();
        Set<String> ranked = new HashSet<>();
        for (RankedLayer layer : ranking) {
            if (!ranked.add(layer.layer())) {
                throw new IllegalArgumentException(
                        "ranking names layer \"" + layer.layer() + "\" twice");
            }
        }
        Set<String> unknown = new TreeSet<>(ranked);
        shared.forEach(unknown::remove);
        Set<String> missing = new TreeSet<>(shared);
        missing.removeAll(ranked);
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "ranking is of another architecture: shared layers that it does not have "
                            + missing
                            + ", ranked layers that are not shared layers of this graph "
                            + unknown);
        }
        return ranking.stream()
                .sorted(Comparator.comparingDouble(RankedLayer::score).reversed())
                .toList();
    }
}
