package org.dl4jplugins.align.ila;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What both stages gave.
 *
 * @param adapted the graph whose increments the first stage trained
 * @param stop why the first stage ended
 * @param adaptationLosses loss of each step of the first stage
 * @param scoreLosses loss of each step of the second stage, with the increments masked
 * @param significance the scores
 */
public record IlaResult(
        ComputationGraph adapted,
        StabilityCriterion.Stop stop,
        double[] adaptationLosses,
        double[] scoreLosses,
        LayerSignificance significance) {}
