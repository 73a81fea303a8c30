package org.dl4jplugins.examples.ila;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextIterator;
import org.nd4j.linalg.learning.config.IUpdater;

/** A data set and the model that learns it. Several runs may use one at the same time. */
interface TuningTask {

    /** Name of the data set. */
    String name();

    /**
     * The model with new increments on all linear layers of its blocks; base weights are shared
     * between all such graphs.
     *
     * @param seed of all that is new
     * @param updater of all that learns
     */
    ComputationGraph adapted(long seed, IUpdater updater);

    /** Training batches in an order drawn from the seed. */
    TextIterator train(long seed);

    /** Judges a trained graph by the test examples. */
    TestScore test(ComputationGraph graph);
}
