package org.dl4jplugins.multimodal.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;

/**
 * How good samples are that a candidate draws: subclasses draw them from a trained model and return
 * their Fréchet distance, attribute accuracy, or whatever else matters. No data source is needed.
 */
public abstract class SamplingScore implements ScoreFunction {

    private static final long serialVersionUID = 1;

    /** For subclasses. */
    protected SamplingScore() {}

    /**
     * Draws samples and judges them. Called for one candidate at a time, as they share the model.
     *
     * @param candidate how to sample
     * @return the score
     */
    public abstract double score(SamplingCandidate candidate);

    private double scored(Object candidate) {
        Values.require(
                candidate instanceof SamplingCandidate,
                "candidate",
                candidate,
                "a SamplingCandidate, of a SamplingSpace");
        double score = score((SamplingCandidate) candidate);
        if (!Double.isFinite(score)) {
            throw new IllegalStateException("The score of " + candidate + " is " + score);
        }
        return score;
    }

    @Override
    @SuppressWarnings("deprecation")
    public final double score(
            Object candidate, DataProvider dataProvider, Map<String, Object> dataParameters) {
        return scored(candidate);
    }

    @Override
    public final double score(
            Object candidate, Class<? extends DataSource> dataSource, Properties properties) {
        return scored(candidate);
    }

    @Override
    public final List<Class<?>> getSupportedModelTypes() {
        return List.of(SamplingCandidate.class);
    }

    @Override
    public final List<Class<?>> getSupportedDataTypes() {
        return List.of();
    }
}
