package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Low-rank adaptation (LoRA, ICLR 2022) of any network: chosen matrices get increments that learn,
 * everything else is frozen.
 *
 * <pre>{@code
 * LoraTransformer lora = new LoraTransformer.Builder(graph)
 *     .config(new LoraConfig.Builder().targets("q_proj", "v_proj").rank(8).build())
 *     .build();
 * System.out.println(lora.plan());
 * ComputationGraph adapted = lora.transform();
 * }</pre>
 */
public final class LoraTransformer {
    private final ComputationGraph graph;
    private final MultiLayerNetwork network;
    private final LoraPlan plan;

    private LoraTransformer(Builder builder) {
        graph = builder.graph;
        network = builder.network;
        plan = new LoraPlanner(builder.config, builder.layers, new LoraKinds(builder.kinds)).plan();
    }

    /**
     * What will be done.
     *
     * @return the plan
     */
    public LoraPlan plan() {
        return plan;
    }

    /**
     * Makes the adapted graph; the given one is not changed. Its updater state, counters and
     * listeners are not taken over.
     *
     * @return a new, initialized graph
     * @throws IllegalStateException if the transformer was not given an initialized graph
     */
    public ComputationGraph transform() {
        if (graph == null) {
            throw new IllegalStateException(
                    "transform() needs a ComputationGraph; for a MultiLayerNetwork call"
                            + " transformNetwork(), for a configuration plan().apply(configuration)");
        }
        requireInitialized(graph.getLayers());
        return LoraNetworks.initialized(plan.apply(graph.getConfiguration()), graph);
    }

    /**
     * Makes the adapted network; the given one is not changed.
     *
     * @return a new, initialized network
     * @throws IllegalStateException if the transformer was not given an initialized network
     */
    public MultiLayerNetwork transformNetwork() {
        if (network == null) {
            throw new IllegalStateException(
                    "transformNetwork() needs a MultiLayerNetwork; for a ComputationGraph call"
                            + " transform()");
        }
        requireInitialized(network.getLayers());
        return LoraNetworks.initialized(plan.apply(network.getLayerWiseConfigurations()), network);
    }

    private static void requireInitialized(Layer[] layers) {
        if (layers == null) {
            throw new IllegalStateException(
                    "The network has no weights yet: call init() first, or plan().apply(...) for"
                            + " its configuration alone");
        }
    }

    /** Settings of a transformation; a configuration is required. */
    public static final class Builder {
        private final ComputationGraph graph;
        private final MultiLayerNetwork network;
        private final NetworkLayers layers;
        private final List<LoraKind> kinds = new ArrayList<>();
        private LoraConfig config;

        /**
         * Starts with a graph.
         *
         * @param graph initialized
         * @throws IllegalArgumentException if a vertex that is no layer has parameters
         */
        public Builder(ComputationGraph graph) {
            this(graph, null, NetworkLayers.of(graph.getConfiguration()));
        }

        /**
         * Starts with a network.
         *
         * @param network initialized; layers without a name are called layer0, layer1, ... by DL4J
         */
        public Builder(MultiLayerNetwork network) {
            this(null, network, NetworkLayers.of(network.getLayerWiseConfigurations().clone()));
        }

        /**
         * Starts with the configuration of a graph that need not exist, for {@link LoraPlan#apply}.
         *
         * @param configuration any size
         * @throws IllegalArgumentException if a vertex that is no layer has parameters
         */
        public Builder(ComputationGraphConfiguration configuration) {
            this(null, null, NetworkLayers.of(configuration));
        }

        /**
         * Starts with the configuration of a network that need not exist.
         *
         * @param configuration any size
         */
        public Builder(MultiLayerConfiguration configuration) {
            this(null, null, NetworkLayers.of(configuration.clone()));
        }

        private Builder(ComputationGraph graph, MultiLayerNetwork network, NetworkLayers layers) {
            this.graph = graph;
            this.network = network;
            this.layers = layers;
        }

        /**
         * Sets the adapter.
         *
         * @param config its settings
         * @return this
         */
        public Builder config(LoraConfig config) {
            this.config = Objects.requireNonNull(config, "config");
            return this;
        }

        /**
         * Adds a kind of layer, asked before all others.
         *
         * @param kind how it takes increments
         * @return this
         */
        public Builder kind(LoraKind kind) {
            kinds.add(Objects.requireNonNull(kind, "kind"));
            return this;
        }

        /**
         * Makes the plan.
         *
         * @return a transformer
         * @throws IllegalArgumentException if nothing is chosen, a suffix fits nothing, or the
         *     network has adapters already; the message lists the candidates
         */
        public LoraTransformer build() {
            Objects.requireNonNull(config, "config must be set");
            return new LoraTransformer(this);
        }
    }
}
