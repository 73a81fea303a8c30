package org.dl4jplugins.multimodal.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;

/**
 * How good samples are that a candidate draws: subclasses draw them from a trained model and return
 * their Fréchet distance, attribute accuracy, or whatever else matters. No data source is needed.
 */
public abstract class SamplingScore implements ScoreFunction {

    private static final long serialVersionUID = 1;

    /** For subclasses. */
    protected SamplingScore() {}

    /**
     * Scores ways of sampling from one trained BiDiffuser by what it draws.
     *
     * @param drawings judges, such as a {@link FidScore} or an {@link AttributeScore}
     * @param model draws, is not changed
     * @param given a new builder for each candidate with what is not searched, such as the seed
     * @return the score, with the drawings' direction
     */
    public static SamplingScore of(
            DrawingScore drawings, BiDiffuser model, Supplier<SamplingSettings.Builder> given) {
        return new OfDrawings(drawings, model, given);
    }

    private static final class OfDrawings extends SamplingScore {

        private static final long serialVersionUID = 1;

        private final DrawingScore drawings;
        private final transient BiDiffuser model;
        private final transient Supplier<SamplingSettings.Builder> given;

        private OfDrawings(
                DrawingScore drawings, BiDiffuser model, Supplier<SamplingSettings.Builder> given) {
            this.drawings = Objects.requireNonNull(drawings, "drawings");
            this.model = Objects.requireNonNull(model, "model");
            this.given = Objects.requireNonNull(given, "given");
        }

        @Override
        public double score(SamplingCandidate candidate) {
            return drawings.score(model, candidate.apply(given.get()).build());
        }

        @Override
        public boolean minimize() {
            return drawings.minimize();
        }
    }

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
