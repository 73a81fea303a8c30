package org.dl4jplugins.align.arbiter;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.ila.LoraMasks;
import org.dl4jplugins.align.ila.ScoreModel;
import org.dl4jplugins.align.ila.ScoreSettings;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.core.arbiter.GraphTaskCreator;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Scores layers and trains the important ones for an {@link IlaSpace}'s candidates, for Arbiter's
 * {@code LocalOptimizationRunner}; see {@link LoraTaskCreator} for how to run it.
 *
 * <p>The first stage does not depend on the candidate and is done before. Each candidate runs the
 * second stage on its graph, then trains the increments of the layers that it keeps from their
 * start. A result's {@code modelSpecificResults} is the candidate's {@link LayerSignificance}.
 */
public final class IlaTaskCreator extends GraphTaskCreator {

    private final ComputationGraph start;
    private final ComputationGraph stable;
    private final int epochs;
    private final long seed;

    /**
     * A task creator.
     *
     * @param start the graph with increments on all layers before any training; it is not changed
     * @param stable the same after the first stage; it is not changed
     * @param epochs how long the important layers are trained, at least 1
     * @param seed of what is random in training, such as dropout; not 0, which ND4J takes as no
     *     seed
     * @throws IllegalArgumentException if epochs is below 1, or the seed is 0
     */
    public IlaTaskCreator(ComputationGraph start, ComputationGraph stable, int epochs, long seed) {
        this.start = Objects.requireNonNull(start, "start");
        this.stable = Objects.requireNonNull(stable, "stable");
        Values.require(epochs >= 1, "epochs", epochs, "1 or more");
        Values.require(seed != 0, "seed", seed, "any number but 0");
        this.epochs = epochs;
        this.seed = seed;
    }

    @Override
    protected CandidateTraining training() {
        return this::train;
    }

    private CandidateTraining.Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> data,
            Consumer<ComputationGraph> listen) {
        IlaCandidate settings = (IlaCandidate) candidate;
        Nd4j.getRandom().setSeed(seed);
        LayerSignificance significance = scores(settings, data.get());
        ComputationGraph graph = LoraMasks.restrict(start, significance.keepMost(settings.kept()));
        listen.accept(graph);
        Nd4j.getRandom().setSeed(seed);
        graph.fit(data.get(), epochs);
        return new CandidateTraining.Trained(graph, significance);
    }

    private LayerSignificance scores(IlaCandidate settings, MultiDataSetIterator data) {
        ScoreModel model =
                ScoreModel.of(
                        stable,
                        new ScoreSettings.Builder()
                                .updater(new Adam(settings.scoreRate()))
                                .steps(settings.scoreSteps())
                                .build());
        for (int step = 0; step < settings.scoreSteps(); step++) {
            if (!data.hasNext()) {
                data.reset();
            }
            model.graph().fit(data.next());
        }
        return model.report(settings.toString())
                .detail("score rate", settings.scoreRate())
                .detail("score steps", settings.scoreSteps())
                .build();
    }
}
