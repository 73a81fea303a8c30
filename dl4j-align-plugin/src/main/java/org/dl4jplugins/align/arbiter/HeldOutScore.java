package org.dl4jplugins.align.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.scoring.util.ScoreUtil;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenEvaluation;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.dl4jplugins.core.arbiter.DataSources;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Scores a graph with one output by the test data, which the training must not contain. */
abstract class HeldOutScore implements ScoreFunction {

    /** The score of tokens, for language models. */
    abstract double ofTokens(TokenEvaluation tokens);

    /** The score of any other graph. */
    abstract double of(ComputationGraph graph, MultiDataSetIterator data);

    /**
     * Scores a graph.
     *
     * @param graph with one output
     * @param data read from its start
     * @return the score
     * @throws IllegalArgumentException if there is no data or the graph has several outputs
     */
    public final double score(ComputationGraph graph, MultiDataSetIterator data) {
        Values.require(
                graph.getNumOutputArrays() == 1,
                "graph",
                graph.getNumOutputArrays() + " outputs",
                "a graph with one output");
        if (data.resetSupported()) {
            data.reset();
        }
        Values.require(data.hasNext(), "test data", "no example", "at least one");
        if (graph.getOutputLayer(0).conf().getLayer() instanceof TokenLossLayer loss) {
            TokenEvaluation tokens = new TokenEvaluation(loss.getIgnoreIndex());
            graph.doEvaluation(data, tokens);
            return ofTokens(tokens);
        }
        return of(graph, data);
    }

    private double score(Object model, Object testData) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    "Only a ComputationGraph can be scored, given is a "
                            + model.getClass().getName());
        }
        return score(graph, ScoreUtil.getMultiIterator(testData));
    }

    @Override
    @SuppressWarnings("deprecation")
    public final double score(
            Object model, DataProvider dataProvider, Map<String, Object> dataParameters) {
        return score(model, dataProvider.testData(dataParameters));
    }

    @Override
    public final double score(
            Object model, Class<? extends DataSource> dataSource, Properties properties) {
        return score(model, DataSources.create(dataSource, properties).testData());
    }

    @Override
    public final List<Class<?>> getSupportedModelTypes() {
        return List.of(ComputationGraph.class);
    }

    @Override
    public final List<Class<?>> getSupportedDataTypes() {
        return List.of(MultiDataSetIterator.class);
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName();
    }
}
