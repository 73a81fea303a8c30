package org.dl4jplugins.cl.arbiter;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.core.arbiter.GraphTaskCreator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains the graphs of a {@link KifSpace}'s candidates on a stream of tasks, for Arbiter's {@code
 * LocalOptimizationRunner}. Arbiter needs no data source for it:
 *
 * <pre>{@code
 * OptimizationConfiguration search = new OptimizationConfiguration.Builder()
 *         .candidateGenerator(new RandomSearchGenerator(space))
 *         .scoreFunction(ContinualScore.overallPerformance())
 *         .modelSaver(new InMemoryResultSaver())
 *         .terminationConditions(new MaxCandidatesCondition(20))
 *         .build();
 * LocalOptimizationRunner runner = new LocalOptimizationRunner(search,
 *         new KifTaskCreator.Builder(candidate -> graph(candidate.learningRate()), stream)
 *                 .training(trainer -> trainer.budget(Budget.steps(400)))
 *                 .build());
 * runner.execute();
 * }</pre>
 *
 * <p>A result's {@code modelSpecificResults} is the candidate's {@link ContinualResult}, which its
 * graph carries, too, see {@link ResultListener}. A candidate whose training fails is reported as
 * failed, the search goes on.
 */
public final class KifTaskCreator extends GraphTaskCreator {

    private final Function<KifCandidate, ComputationGraph> graphs;
    private final TaskStream stream;
    private final Consumer<RecurrentKif.Builder> method;
    private final Consumer<ContinualTrainer.Builder> training;

    private KifTaskCreator(Builder builder) {
        this.graphs = builder.graphs;
        this.stream = builder.stream;
        this.method = builder.method;
        this.training = builder.training;
    }

    @Override
    protected CandidateTraining training() {
        return this::train;
    }

    private CandidateTraining.Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> data,
            Consumer<ComputationGraph> listen) {
        KifCandidate chosen = (KifCandidate) candidate;
        ComputationGraph graph = graphs.apply(chosen);
        listen.accept(graph);
        RecurrentKif.Builder kif = new RecurrentKif.Builder();
        method.accept(kif);
        ContinualTrainer.Builder trainer =
                new ContinualTrainer.Builder(graph, stream, chosen.apply(kif));
        training.accept(trainer);
        ContinualResult result =
                trainer.memory(new FractionMemory(chosen.memory(), true)).build().run();
        graph.addListeners(new ResultListener(result));
        return new CandidateTraining.Trained(graph, result);
    }

    /** What all candidates have in common. */
    public static final class Builder {

        private final Function<KifCandidate, ComputationGraph> graphs;
        private final TaskStream stream;
        private Consumer<RecurrentKif.Builder> method = kif -> {};
        private Consumer<ContinualTrainer.Builder> training = trainer -> {};

        /**
         * Starts with one epoch per task.
         *
         * @param graphs makes a new, initialized graph for a candidate, with its learning rate;
         *     called by several threads if the runner has several
         * @param stream the tasks, whose test data decide: for a search their validation data, or
         *     training data that are held out
         */
        public Builder(Function<KifCandidate, ComputationGraph> graphs, TaskStream stream) {
            this.graphs = Objects.requireNonNull(graphs, "graphs");
            this.stream = Objects.requireNonNull(stream, "stream");
        }

        /**
         * Settings of Recurrent-KIF that are not searched.
         *
         * @param settings given a new builder for each candidate; the candidate's values come
         *     afterwards
         * @return this builder
         */
        public Builder method(Consumer<RecurrentKif.Builder> settings) {
            this.method = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /**
         * Settings of the training: budget, seed, early stopping.
         *
         * @param settings given a new builder for each candidate; the memory is the candidate's
         * @return this builder
         */
        public Builder training(Consumer<ContinualTrainer.Builder> settings) {
            this.training = Objects.requireNonNull(settings, "settings");
            return this;
        }

        /** {@return the task creator} */
        public KifTaskCreator build() {
            return new KifTaskCreator(this);
        }
    }
}
