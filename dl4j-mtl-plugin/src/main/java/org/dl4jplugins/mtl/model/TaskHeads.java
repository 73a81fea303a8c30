package org.dl4jplugins.mtl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Turns a network with one output into one with an output per task: hard parameter sharing, the
 * network that task balancing and Recon start from.
 *
 * <pre>{@code
 * ComputationGraph graph = new TaskHeads.Builder(multiLayerNetwork)
 *         .task("color", new OutputLayer.Builder(LossFunction.MCXENT)
 *                 .nOut(5).activation(Activation.SOFTMAX).build())
 *         .task("size", new OutputLayer.Builder(LossFunction.MSE)
 *                 .nOut(1).activation(Activation.IDENTITY).build())
 *         .build();
 * }</pre>
 *
 * <p>The output layer is replaced by the heads, each of which sees what it saw, through the same
 * preprocessor. Everything else, the trunk, is kept: layers, preprocessors, updaters, precision,
 * truncated backpropagation through time. A {@link MultiLayerNetwork}'s layers are called {@code
 * 0}, {@code 1}, ..., its input {@code in}. Updater state and counters of iterations and epochs
 * start anew.
 */
public final class TaskHeads {
    private TaskHeads() {}

    /** The network to change and its tasks; at least two tasks are required. */
    public static final class Builder {
        private final ComputationGraph graph;
        private final String output;
        private final Map<String, Layer> heads = new LinkedHashMap<>();
        private boolean copy = true;
        private long seed;

        /**
         * Starts with a stack of layers.
         *
         * @param network initialized, the last layer an output or loss layer; it is not changed
         * @throws IllegalArgumentException if it is not initialized or ends otherwise
         */
        public Builder(MultiLayerNetwork network) {
            this(graph(network), network.getDefaultConfiguration().getSeed());
        }

        /**
         * Starts with a graph.
         *
         * @param graph initialized, with one output, an output or loss layer; it is not changed
         * @throws IllegalArgumentException if it is not initialized, has several outputs or the
         *     output is another layer
         */
        public Builder(ComputationGraph graph) {
            this(
                    Objects.requireNonNull(graph, "graph"),
                    graph.getConfiguration().getDefaultConfiguration().getSeed());
        }

        private Builder(ComputationGraph graph, long seed) {
            this.graph = graph;
            this.seed = seed;
            if (graph.getVertices() == null) {
                throw new IllegalArgumentException("graph is not initialized; call init() first");
            }
            List<String> outputs = graph.getConfiguration().getNetworkOutputs();
            if (outputs.size() != 1) {
                throw new IllegalArgumentException(
                        "graph has the outputs " + outputs + ", must have one");
            }
            output = outputs.get(0);
            if (!(graph.getVertex(output).getLayer() instanceof IOutputLayer)) {
                throw new IllegalArgumentException(
                        "output \"" + output + "\" must be an output or loss layer");
            }
            boolean read =
                    graph.getConfiguration().getVertexInputs().values().stream()
                            .anyMatch(inputs -> inputs.contains(output));
            if (read) {
                throw new IllegalArgumentException(
                        "output \"" + output + "\" must not be an input of other vertices");
            }
        }

        private static ComputationGraph graph(MultiLayerNetwork network) {
            Objects.requireNonNull(network, "network");
            if (network.getLayers() == null) {
                throw new IllegalArgumentException("network is not initialized; call init() first");
            }
            ComputationGraph graph = network.toComputationGraph();
            // DL4J leaves these behind.
            var from = network.getLayerWiseConfigurations();
            ComputationGraphConfiguration to = graph.getConfiguration();
            to.setBackpropType(from.getBackpropType());
            to.setTbpttFwdLength(from.getTbpttFwdLength());
            to.setTbpttBackLength(from.getTbpttBackLength());
            to.setTrainingWorkspaceMode(from.getTrainingWorkspaceMode());
            to.setInferenceWorkspaceMode(from.getInferenceWorkspaceMode());
            to.setCacheMode(from.getCacheMode());
            return graph;
        }

        /**
         * Adds a task.
         *
         * @param name of the task and its output layer, not used by another layer that stays
         * @param head output or loss layer. It is not changed. The number of inputs may be left
         *     out, as may the layout of sequences, the updater, the weights' distribution and
         *     regularization: unset, they are those of the replaced output layer
         * @return this
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder task(String name, Layer head) {
            Objects.requireNonNull(name, "name");
            boolean vertex = graph.getVertex(name) != null && !name.equals(output);
            if (vertex || heads.putIfAbsent(name, Objects.requireNonNull(head, "head")) != null) {
                throw new IllegalArgumentException(
                        "task: \"" + name + "\" given, right is a name no other layer has");
            }
            return this;
        }

        /**
         * Whether the trunk starts with the given network's parameters.
         *
         * @param copy true, the default, for copies, false for fresh ones
         * @return this
         */
        public Builder copyParameters(boolean copy) {
            this.copy = copy;
            return this;
        }

        /**
         * Seed of fresh parameters: the heads', and the trunk's if they are not copied.
         *
         * @param seed any number but 0, which ND4J takes as no seed; default: the given network's
         * @return this
         * @throws IllegalArgumentException if the seed is 0
         */
        public Builder seed(long seed) {
            if (seed == 0) {
                throw new IllegalArgumentException(
                        "seed: 0 given, right is any number but 0, which ND4J takes as no seed");
            }
            this.seed = seed;
            return this;
        }

        /**
         * Makes the network.
         *
         * @return a new, initialized network; its outputs are the tasks in the order given
         * @throws IllegalArgumentException if there are fewer than two tasks
         */
        public ComputationGraph build() {
            if (heads.size() < 2) {
                throw new IllegalArgumentException(
                        "tasks: " + heads.keySet() + " given, right are at least two");
            }
            ComputationGraph result = new ComputationGraph(configuration());
            result.init();
            if (copy) {
                for (var vertex : graph.getVertices()) {
                    String name = vertex.getVertexName();
                    if (!name.equals(output)) {
                        var to = result.getVertex(name).paramTable(false);
                        vertex.paramTable(false).forEach((key, p) -> to.get(key).assign(p));
                    }
                }
            }
            return result;
        }

        private ComputationGraphConfiguration configuration() {
            ComputationGraphConfiguration old = graph.getConfiguration();
            LayerVertex replaced = (LayerVertex) old.getVertices().get(output);
            String[] inputs = old.getVertexInputs().get(output).toArray(String[]::new);
            GraphBuilder builder = new GraphBuilder(old, defaults(replaced.getLayerConf()));
            builder.removeVertex(output, true);
            heads.forEach(
                    (name, given) -> {
                        Layer head = given.clone();
                        complete(head, replaced.getLayerConf().getLayer());
                        InputPreProcessor before = replaced.getPreProcessor();
                        builder.addLayer(
                                name, head, before == null ? null : before.clone(), inputs);
                    });
            builder.setOutputs(heads.keySet().toArray(String[]::new));
            ComputationGraphConfiguration conf = builder.build();
            conf.setTrainingWorkspaceMode(old.getTrainingWorkspaceMode());
            conf.setInferenceWorkspaceMode(old.getInferenceWorkspaceMode());
            conf.setCacheMode(old.getCacheMode());
            conf.setDataType(old.getDataType());
            conf.getDefaultConfiguration().setSeed(seed);
            for (var vertex : conf.getVertices().values()) {
                if (vertex instanceof LayerVertex layer) {
                    layer.getLayerConf().setSeed(seed);
                }
            }
            return conf;
        }

        private static void complete(Layer head, Layer replaced) {
            if (head instanceof FeedForwardLayer sized
                    && sized.getNIn() == 0
                    && replaced instanceof FeedForwardLayer model) {
                sized.setNIn(model.getNIn());
            }
            if (head instanceof RnnOutputLayer sequence
                    && sequence.getRnnDataFormat() == null
                    && replaced instanceof RnnOutputLayer model) {
                sequence.setRnnDataFormat(model.getRnnDataFormat());
            }
        }

        private NeuralNetConfiguration.Builder defaults(NeuralNetConfiguration replaced) {
            NeuralNetConfiguration.Builder defaults =
                    new NeuralNetConfiguration.Builder()
                            .seed(seed)
                            .miniBatch(replaced.isMiniBatch())
                            .dataType(graph.getConfiguration().getDataType());
            if (replaced.getLayer() instanceof BaseLayer model) {
                defaults.updater(model.getIUpdater().clone())
                        .weightInit(model.getWeightInitFn())
                        .biasInit(model.getBiasInit())
                        .gradientNormalization(model.getGradientNormalization())
                        .gradientNormalizationThreshold(model.getGradientNormalizationThreshold());
                if (model.getBiasUpdater() != null) {
                    defaults.biasUpdater(model.getBiasUpdater().clone());
                }
                defaults.setRegularization(new ArrayList<>(model.getRegularization()));
                defaults.setRegularizationBias(new ArrayList<>(model.getRegularizationBias()));
            }
            return defaults;
        }
    }
}
