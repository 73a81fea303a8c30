package org.dl4jplugins.align.arbiter;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenEvaluation;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Mean loss of the test examples, or cross-entropy in nats per token of a language model, whatever
 * the batches; less is better. Finer than {@link HeldOutAccuracy} where there are few examples.
 */
public final class HeldOutLoss extends HeldOutScore {

    /** The only one. */
    public HeldOutLoss() {}

    @Override
    double ofTokens(TokenEvaluation tokens) {
        return tokens.crossEntropy();
    }

    @Override
    double of(ComputationGraph graph, MultiDataSetIterator data) {
        double sum = 0;
        long count = 0;
        while (data.hasNext()) {
            MultiDataSet batch = data.next();
            long examples = batch.getFeatures(0).size(0);
            sum += examples * graph.score(batch, false);
            count += examples;
        }
        return sum / count;
    }

    @Override
    public boolean minimize() {
        return true;
    }
}
