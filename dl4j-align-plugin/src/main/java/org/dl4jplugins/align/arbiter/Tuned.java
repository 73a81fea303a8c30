package org.dl4jplugins.align.arbiter;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A candidate's trained graph.
 *
 * @param graph to score
 * @param details for the result's {@code modelSpecificResults}
 */
record Tuned(ComputationGraph graph, Object details) {}
