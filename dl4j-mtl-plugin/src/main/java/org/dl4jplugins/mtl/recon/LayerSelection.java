package org.dl4jplugins.mtl.recon;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.conflict.LayerRanking;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/** Picks layers from a ranking. */
@FunctionalInterface
interface LayerSelection {

    /** The picked layers of a ranking with the highest score first. */
    List<LayerRanking.Entry> pick(GraphStructure structure, List<LayerRanking.Entry> ranking);

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
            List<LayerRanking.Entry> picked =
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
            List<LayerRanking.Entry> picked = new ArrayList<>();
            double used = 0;
            for (LayerRanking.Entry layer : ranking) {
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

    /** The entries of a ranking, after checking that it ranks the shared layers of this graph. */
    static List<LayerRanking.Entry> checked(GraphStructure structure, LayerRanking ranking) {
        Set<String> unknown = new TreeSet<>(ranking.layers());
        structure.shared().forEach(unknown::remove);
        Set<String> missing = new TreeSet<>(structure.shared());
        ranking.layers().forEach(missing::remove);
        if (!unknown.isEmpty() || !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "ranking is of another architecture: shared layers that it does not have "
                            + missing
                            + ", ranked layers that are not shared layers of this graph "
                            + unknown);
        }
        return ranking.entries();
    }

    /** Checks that a report was recorded on a graph with the same shared layers. */
    static void check(GraphStructure structure, ConflictReport report) {
        List<SharedLayer> other = new ArrayList<>(report.layers());
        other.removeAll(structure.sharedLayers());
        List<SharedLayer> missing = new ArrayList<>(structure.sharedLayers());
        missing.removeAll(report.layers());
        if (!other.isEmpty() || !missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "report is of another architecture: shared layers that it does not have "
                            + missing
                            + ", reported layers that this graph does not have "
                            + other);
        }
    }
}
