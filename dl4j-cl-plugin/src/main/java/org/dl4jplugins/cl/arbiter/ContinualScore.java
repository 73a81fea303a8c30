package org.dl4jplugins.cl.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Scores a candidate by the accuracies over time that its training recorded: a weighted sum of
 * overall performance (OP) and backward transfer (BWT), in the matrix's unit (percent); more is
 * better. The tasks' own scores count, and no data of Arbiter's.
 *
 * @param op weight of overall performance
 * @param bwt weight of backward transfer
 */
public record ContinualScore(@JsonProperty("op") double op, @JsonProperty("bwt") double bwt)
        implements ScoreFunction {

    private static final long serialVersionUID = 1;

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException if one is negative or not finite, or both are 0
     */
    public ContinualScore {
        Values.require(op >= 0 && Double.isFinite(op), "op", op, "0 or more");
        Values.require(bwt >= 0 && Double.isFinite(bwt), "bwt", bwt, "0 or more");
        Values.require(op + bwt > 0, "op and bwt", "0", "one of them above 0");
    }

    /** {@return the score OP} */
    public static ContinualScore overallPerformance() {
        return new ContinualScore(1, 0);
    }

    /** {@return the score BWT, which alone favors who learns nothing new} */
    public static ContinualScore backwardTransfer() {
        return new ContinualScore(0, 1);
    }

    /**
     * Scores a matrix.
     *
     * @param matrix whose stream has ended
     * @return op OP + bwt BWT
     * @throws IllegalStateException if a value is missing, or BWT counts and there is one task only
     */
    public double of(AccuracyMatrix matrix) {
        double score = op == 0 ? 0 : op * matrix.overallPerformance();
        return bwt == 0 ? score : score + bwt * matrix.backwardTransfer();
    }

    private double score(Object model) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    "Only a ComputationGraph can be scored, given is a "
                            + model.getClass().getName());
        }
        return of(ResultListener.of(graph).matrix());
    }

    @Override
    @SuppressWarnings("deprecation")
    public double score(
            Object model, DataProvider dataProvider, Map<String, Object> dataParameters) {
        return score(model);
    }

    @Override
    public double score(
            Object model, Class<? extends DataSource> dataSource, Properties properties) {
        return score(model);
    }

    @Override
    public boolean minimize() {
        return false;
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
        return List.of(ComputationGraph.class);
    }

    @Override
    public List<Class<?>> getSupportedDataTypes() {
        return List.of();
    }
}
