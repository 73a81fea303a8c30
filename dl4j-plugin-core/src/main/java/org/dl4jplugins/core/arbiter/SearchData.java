package org.dl4jplugins.core.arbiter;

import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** What Arbiter's two ways of giving data have in common. */
record SearchData(
        Supplier<MultiDataSetIterator> train, ToDoubleFunction<ComputationGraph> scoring) {

    double score(ComputationGraph graph) {
        double score = scoring.applyAsDouble(graph);
        if (!Double.isFinite(score)) {
            throw new IllegalStateException("The network's score is " + score);
        }
        return score;
    }
}
