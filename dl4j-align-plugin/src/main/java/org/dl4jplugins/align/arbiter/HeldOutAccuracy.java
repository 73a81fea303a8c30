package org.dl4jplugins.align.arbiter;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Part of the test examples, or tokens of a language model, that are told right: 0 to 1, more is
 * better.
 */
public final class HeldOutAccuracy extends HeldOutScore {

    /** The only one. */
    public HeldOutAccuracy() {}

    @Override
    double ofTokens(TokenEvaluation tokens) {
        return tokens.accuracy();
    }

    @Override
    double of(ComputationGraph graph, MultiDataSetIterator data) {
        Evaluation classes = new Evaluation();
        graph.doEvaluation(data, classes);
        return classes.accuracy();
    }

    @Override
    public boolean minimize() {
        return false;
    }
}
