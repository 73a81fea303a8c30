package org.dl4jplugins.cl.stream;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Counts right answers. */
@FunctionalInterface
public interface TaskScore {

    /**
     * The number of right answers to a batch; a share of an answer counts as such.
     *
     * @param graph the model, left as it was
     * @param batch examples with the right answers
     * @param output index of the output that answers
     * @param allowed [classes] the outputs that compete, null for all
     * @return from 0 to the number of examples
     */
    double correct(ComputationGraph graph, MultiDataSet batch, int output, boolean[] allowed);
}
