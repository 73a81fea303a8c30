package org.dl4jplugins.align.preference;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * How well a model prefers chosen answers. The reward of an answer is beta times the difference of
 * its log probability and the reference's (Rafailov et al. 2023, section 4).
 *
 * @param pairs number of pairs
 * @param loss mean over the pairs
 * @param chosen mean reward of chosen answers
 * @param rejected mean reward of rejected answers
 * @param accuracy share of pairs, from 0 to 1, whose chosen answer has the higher reward
 */
public record PreferenceRewards(
        int pairs, double loss, double chosen, double rejected, double accuracy) {

    /**
     * How much higher chosen answers are rewarded.
     *
     * @return mean reward of chosen answers minus that of rejected ones
     */
    public double margin() {
        return chosen - rejected;
    }

    /**
     * Measures a model on held-out pairs, without training.
     *
     * @param graph with a {@link PreferenceLossLayer} as an output
     * @param data pairs with their reference, read from a new epoch's start to its end
     * @return means over all pairs
     * @throws IllegalArgumentException if the graph has no such output or there are no data
     */
    public static PreferenceRewards of(ComputationGraph graph, MultiDataSetIterator data) {
        PreferenceLossRuntime layer = PreferenceLossRuntime.of(graph);
        data.reset();
        PreferenceRewards all = new PreferenceRewards(0, 0, 0, 0, 0);
        while (data.hasNext()) {
            graph.score(data.next(), false);
            all = all.and(layer.rewards());
        }
        if (all.pairs() == 0) {
            throw new IllegalArgumentException("data must hold at least one pair, got none");
        }
        return all;
    }

    private PreferenceRewards and(PreferenceRewards o) {
        int n = pairs + o.pairs;
        return new PreferenceRewards(
                n,
                (pairs * loss + o.pairs * o.loss) / n,
                (pairs * chosen + o.pairs * o.chosen) / n,
                (pairs * rejected + o.pairs * o.rejected) / n,
                (pairs * accuracy + o.pairs * o.accuracy) / n);
    }
}
