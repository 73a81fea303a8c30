package org.dl4jplugins.align.arbiter;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraPlan;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.core.arbiter.GraphTaskCreator;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes and trains the adapted graphs of a {@link LoraSpace}'s candidates, for Arbiter's {@code
 * LocalOptimizationRunner}:
 *
 * <pre>{@code
 * OptimizationConfiguration search = new OptimizationConfiguration.Builder()
 *         .candidateGenerator(new RandomSearchGenerator(space))
 *         .dataSource(MyData.class, null)
 *         .scoreFunction(new EvaluationScoreFunction(Evaluation.Metric.ACCURACY))
 *         .terminationConditions(new MaxCandidatesCondition(20))
 *         .build();
 * LocalOptimizationRunner runner =
 *         new LocalOptimizationRunner(search, new LoraTaskCreator(
 *                 graph, () -> new LoraConfig.Builder().modulesToSave("classifier"), 3));
 * runner.execute();
 * }</pre>
 *
 * <p>All candidates start from the same graph and the same seed, that of the configuration. A
 * result's {@code modelSpecificResults} is the candidate's {@link LoraPlan}. A candidate that
 * cannot be made (its targets match nothing) or whose training fails is reported as failed, the
 * search goes on.
 */
public final class LoraTaskCreator extends GraphTaskCreator {

    private final ComputationGraph graph;
    private final Supplier<LoraConfig.Builder> config;
    private final int epochs;

    /**
     * A task creator.
     *
     * @param graph the network to adapt; it is not changed
     * @param config gives a new builder with what is not searched: modules trained fully, excluded
     *     layers, placement of the base, seed; targets, rank, alpha, dropout and updater are the
     *     candidate's
     * @param epochs how long each candidate is trained, at least 1
     * @throws IllegalArgumentException if epochs is below 1
     */
    public LoraTaskCreator(
            ComputationGraph graph, Supplier<LoraConfig.Builder> config, int epochs) {
        this.graph = Objects.requireNonNull(graph, "graph");
        this.config = Objects.requireNonNull(config, "config");
        Values.require(epochs >= 1, "epochs", epochs, "1 or more");
        this.epochs = epochs;
    }

    @Override
    protected CandidateTraining training() {
        return this::train;
    }

    private CandidateTraining.Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> data,
            Consumer<ComputationGraph> listen) {
        LoraConfig chosen = ((LoraCandidate) candidate).apply(config.get());
        LoraTransformer lora = new LoraTransformer.Builder(graph).config(chosen).build();
        ComputationGraph adapted = lora.transform();
        listen.accept(adapted);
        Nd4j.getRandom().setSeed(chosen.seed());
        adapted.fit(data.get(), epochs);
        return new CandidateTraining.Trained(adapted, lora.plan());
    }
}
