package org.dl4jplugins.core.arbiter;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Makes and trains the network of a candidate. */
@FunctionalInterface
public interface CandidateTraining {

    /**
     * A network to score.
     *
     * @param graph trained
     * @param details what is kept as the result's {@code modelSpecificResults}, may be null
     */
    record Trained(ComputationGraph graph, Object details) {}

    /**
     * Makes and trains a network.
     *
     * @param candidate a value of the space that is searched
     * @param data gives the training data, each time anew
     * @param listen is given the network before it is trained, so that the search's listeners see
     *     its progress
     * @return the trained network
     * @throws IOException if something cannot be read or written
     */
    Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> data,
            Consumer<ComputationGraph> listen)
            throws IOException;
}
