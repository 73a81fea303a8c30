package org.dl4jplugins.cl.arbiter;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.cl.train.ContinualResult;

/**
 * Carries what came of a graph's training with the graph, as Arbiter's score functions are given
 * nothing else. It does nothing in a training.
 */
public final class ResultListener extends BaseTrainingListener {

    private final ContinualResult result;

    /**
     * A carrier.
     *
     * @param result of the graph's training
     */
    public ResultListener(ContinualResult result) {
        this.result = Objects.requireNonNull(result, "result");
    }

    /**
     * What a graph's listeners carry.
     *
     * @param graph trained on a stream of tasks
     * @return the result that was added last
     * @throws IllegalArgumentException if no listener carries one
     */
    public static ContinualResult of(ComputationGraph graph) {
        ContinualResult found = null;
        for (TrainingListener listener : graph.getListeners()) {
            found = listener instanceof ResultListener carrier ? carrier.result : found;
        }
        if (found == null) {
            throw new IllegalArgumentException(
                    "The graph has no ResultListener: its training was none of a KifTaskCreator, or"
                            + " the graph was saved and read");
        }
        return found;
    }
}
