package org.dl4jplugins.mtl.recon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.conflict.LayerRanking;
import org.dl4jplugins.mtl.model.TaskHeads;

/**
 * Recon's change of the network (ICLR 2023, algorithm 1, lines 5 to 8): the layers that the tasks
 * fight over most exist once per task; everything else stays shared.
 *
 * <p>After the first split layer every task has its own stream of activations. Later shared layers
 * run on each stream with the same weights, batch normalization with statistics per stream and its
 * running statistics updated once per stream; their gradients are sums over the tasks. Dropout on a
 * shared layer draws an independent mask per stream. A task that does not depend on a split layer
 * gets no copy of it. Custom layers with parameters are taken to treat examples one by one; batch
 * normalizations of unknown classes after a split layer are refused.
 *
 * <pre>{@code
 * ReconTransformer recon = new ReconTransformer.Builder(graph).report(report, -0.1).topK(25).build();
 * System.out.println(recon.plan());
 * ComputationGraph modified = recon.transform();
 * }</pre>
 */
public final class ReconTransformer {
    private final ComputationGraph graph;
    private final ReconPlan plan;

    private ReconTransformer(ComputationGraph graph, ReconPlan plan) {
        this.graph = graph;
        this.plan = plan;
    }

    /**
     * What will be done.
     *
     * @return the plan
     */
    public ReconPlan plan() {
        return plan;
    }

    /**
     * Makes the modified network; the given one is not changed.
     *
     * @return a new, initialized network
     */
    public ComputationGraph transform() {
        return plan.apply(graph);
    }

    /** Settings of a transformation; one way of choosing layers is required. */
    public static final class Builder {
        private final ComputationGraph graph;
        private final GraphStructure structure;
        private LayerRanking ranking;
        private LayerSelection selection;
        private List<String> layers;
        private ReconInit init = ReconInit.FRESH;
        private long seed;

        /**
         * Starts with a network.
         *
         * @param graph initialized, with one output (output or loss layer) per task
         * @throws IllegalArgumentException if there are fewer than two outputs, an output has no
         *     loss, or the graph has been modified already
         */
        public Builder(ComputationGraph graph) {
            this.graph = Objects.requireNonNull(graph, "graph");
            structure = GraphStructure.of(graph);
            seed = graph.getConfiguration().getDefaultConfiguration().getSeed();
        }

        /**
         * Starts with a network that has one output: refused with the advice to add heads first.
         *
         * @param network initialized
         * @throws IllegalArgumentException always, as one output is one task
         */
        public Builder(MultiLayerNetwork network) {
            this(Objects.requireNonNull(network, "network").toComputationGraph());
        }

        /**
         * Starts with a stack of layers whose output layer is replaced by one head per task.
         *
         * @param network initialized; it is not changed
         * @param heads task name to output or loss layer, in output order, at least two; see {@link
         *     TaskHeads.Builder#task}
         * @throws IllegalArgumentException if {@link TaskHeads} refuses the network or the heads
         */
        public Builder(MultiLayerNetwork network, Map<String, ? extends Layer> heads) {
            this(withHeads(new TaskHeads.Builder(network), heads));
        }

        private static ComputationGraph withHeads(
                TaskHeads.Builder builder, Map<String, ? extends Layer> heads) {
            heads.forEach(builder::task);
            return builder.build();
        }

        /**
         * Sets the layers' conflict scores.
         *
         * @param ranking every shared layer of the graph once; layers with equal scores are taken
         *     in the ranking's order
         * @return this
         */
        public Builder ranking(LayerRanking ranking) {
            this.ranking = Objects.requireNonNull(ranking, "ranking");
            return this;
        }

        /**
         * Sets the layers' conflict scores to those recorded in a training.
         *
         * @param report of a graph with the same shared layers; the tasks may be others
         * @param severity S of the S-conflict scores, one of the report's cuts
         * @return this
         * @throws IllegalArgumentException if the report is of another architecture or nothing was
         *     counted at S
         */
        public Builder report(ConflictReport report, double severity) {
            LayerSelection.check(structure, report);
            return ranking(report.ranking(severity));
        }

        /**
         * Chooses the layers with the highest scores.
         *
         * @param k how many, from 1 to the number of shared layers
         * @return this
         */
        public Builder topK(int k) {
            if (k < 1) {
                throw new IllegalArgumentException("topK must be at least 1, got " + k);
            }
            return select(LayerSelection.topK(k));
        }

        /**
         * Chooses all layers whose score reaches a threshold.
         *
         * @param threshold lowest score, above 0
         * @return this
         */
        public Builder scoreThreshold(double threshold) {
            return select(LayerSelection.scoreThreshold(positive("scoreThreshold", threshold)));
        }

        /**
         * Chooses layers in ranking order as long as the added parameters stay within a budget. A
         * layer that does not fit is passed over; layers without conflicts are not taken.
         *
         * @param percent of the shared parameters, above 0
         * @return this
         */
        public Builder budgetPercent(double percent) {
            positive("budgetPercent", percent);
            return select(LayerSelection.budget(graph -> percent / 100 * graph.sharedTrainable()));
        }

        /**
         * As {@link #budgetPercent}, with a budget in MB.
         *
         * @param megabytes added size, above 0; 1 MB is 2^20 bytes, a parameter has 4
         * @return this
         */
        public Builder budgetMegabytes(double megabytes) {
            positive("budgetMegabytes", megabytes);
            return select(LayerSelection.budget(graph -> megabytes * (1 << 20) / 4));
        }

        /**
         * Chooses layers by name, without a ranking.
         *
         * @param names shared layers
         * @return this
         */
        public Builder layers(String... names) {
            layers = List.of(names);
            return this;
        }

        /**
         * Sets where the parameters come from.
         *
         * @param init default {@link ReconInit#FRESH}, the paper's recipe
         * @return this
         */
        public Builder init(ReconInit init) {
            this.init = Objects.requireNonNull(init, "init");
            return this;
        }

        /**
         * Sets the seed of the modified network.
         *
         * @param seed any number but 0, which ND4J takes as no seed; default: the given network's
         * @return this
         * @throws IllegalArgumentException if the seed is 0
         */
        public Builder seed(long seed) {
            this.seed = reproducible(seed);
            return this;
        }

        private Builder select(LayerSelection chosen) {
            if (selection != null) {
                throw new IllegalArgumentException(
                        "Only one of topK, scoreThreshold, budgetPercent, budgetMegabytes can be"
                                + " set");
            }
            selection = chosen;
            return this;
        }

        private static long reproducible(long seed) {
            if (seed == 0) {
                throw new IllegalArgumentException(
                        "seed must be any number but 0, which ND4J takes as no seed, got 0");
            }
            return seed;
        }

        private static double positive(String name, double value) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                        name + " must be positive and finite, got " + value);
            }
            return value;
        }

        /**
         * Checks the settings against the graph and makes the plan.
         *
         * @return the transformer
         * @throws IllegalArgumentException if nothing or too much is chosen, the ranking is of
         *     another architecture, a layer cannot be split (named with the reason), or no seed is
         *     set and the given network's is 0
         */
        public ReconTransformer build() {
            return new ReconTransformer(
                    graph, ReconPlan.of(structure, chosen(), init, reproducible(seed)));
        }

        private List<ChosenLayer> chosen() {
            List<ChosenLayer> chosen = new ArrayList<>();
            if (layers != null) {
                if (selection != null) {
                    throw new IllegalArgumentException(
                            "Choose layers by name or from a ranking, not both");
                }
                if (layers.isEmpty() || layers.stream().distinct().count() < layers.size()) {
                    throw new IllegalArgumentException(
                            "layers must be one or more different names, got " + layers);
                }
                layers.forEach(l -> chosen.add(new ChosenLayer(l, Double.NaN)));
            } else {
                if (ranking == null || selection == null) {
                    throw new IllegalArgumentException(
                            "Choose layers: either layers(...), or a ranking with one of topK,"
                                    + " scoreThreshold, budgetPercent, budgetMegabytes");
                }
                selection
                        .pick(structure, LayerSelection.checked(structure, ranking))
                        .forEach(r -> chosen.add(new ChosenLayer(r.layer(), r.score())));
            }
            return chosen;
        }
    }
}
