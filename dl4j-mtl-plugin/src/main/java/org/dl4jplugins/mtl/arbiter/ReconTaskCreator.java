package org.dl4jplugins.mtl.arbiter;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.core.arbiter.GraphTaskCreator;
import org.dl4jplugins.mtl.conflict.ConflictReport;

/**
 * Makes, trains and scores the networks of a {@link ReconSpace}'s candidates, for Arbiter's {@code
 * LocalOptimizationRunner}:
 *
 * <pre>{@code
 * OptimizationConfiguration search = new OptimizationConfiguration.Builder()
 *         .candidateGenerator(new RandomSearchGenerator(space))
 *         .dataSource(MyData.class, null)
 *         .scoreFunction(new DeltaMScore(singleTaskScores))
 *         .terminationConditions(new MaxCandidatesCondition(20))
 *         .build();
 * LocalOptimizationRunner runner = new LocalOptimizationRunner(
 *         search, new ReconTaskCreator.Builder(graph, report).epochs(10).build());
 * runner.execute();
 * }</pre>
 *
 * <p>All candidates start from the same seed. A result's {@code modelSpecificResults} is the
 * candidate's {@link org.dl4jplugins.mtl.recon.ReconPlan}, null for K = 0. A candidate that cannot
 * be made or whose training fails is reported as failed, the search goes on.
 */
public final class ReconTaskCreator extends GraphTaskCreator {

    private final ComputationGraph graph;
    private final ConflictReport report;
    private final int epochs;
    private final long seed;

    private ReconTaskCreator(Builder builder) {
        graph = builder.graph;
        report = builder.report;
        epochs = builder.epochs;
        seed = builder.seed;
    }

    ComputationGraph graph() {
        return graph;
    }

    ConflictReport report() {
        return report;
    }

    int epochs() {
        return epochs;
    }

    long seed() {
        return seed;
    }

    @Override
    protected CandidateTraining training() {
        return new ReconTraining(this);
    }

    /** Settings of a {@link ReconTaskCreator}. */
    public static final class Builder {

        private final ComputationGraph graph;
        private final ConflictReport report;
        private int epochs = 1;
        private long seed;

        /**
         * Starts with the network to modify.
         *
         * @param graph an initialized network with at least two outputs; trained, if candidates are
         *     to start from copies. It is not changed
         * @param report the conflicts of its tasks
         */
        public Builder(ComputationGraph graph, ConflictReport report) {
            this.graph = Objects.requireNonNull(graph, "graph");
            this.report = Objects.requireNonNull(report, "report");
            this.seed = graph.getConfiguration().getDefaultConfiguration().getSeed();
        }

        /**
         * How long each candidate is trained.
         *
         * @param epochs at least 1, the default
         * @return this builder
         */
        public Builder epochs(int epochs) {
            this.epochs = epochs;
            return this;
        }

        /**
         * The seed of all candidates' initial weights. Random balancing methods have their own, a
         * parameter.
         *
         * @param seed any number but 0, which ND4J takes as no seed; default that of the network
         * @return this builder
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Builds the task creator.
         *
         * @return the task creator
         * @throws IllegalArgumentException if the network has fewer than two outputs, the report is
         *     about another architecture, epochs is below 1, or the seed is 0
         */
        public ReconTaskCreator build() {
            if (epochs < 1) {
                throw new IllegalArgumentException(
                        "epochs: " + epochs + " given, right is 1 or more");
            }
            if (seed == 0) {
                throw new IllegalArgumentException(
                        "seed: 0 given, right is any number but 0, which ND4J takes as no seed");
            }
            report.requireSameArchitecture(graph);
            return new ReconTaskCreator(this);
        }
    }
}
