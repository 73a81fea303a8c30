package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenStates;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a language model adds to a text encoder's view of a description (EasyGen, section 3.3; Zhong
 * et al. 2023, SUR-adapter): {@code y = lambda y_sur + (1 - lambda) f_CLIP(y0)}, where y_sur is
 * attention of the text encoder's states to the language model's features.
 *
 * <p>The features pass an MLP with GELU and a transformer encoder; the attention has one head, with
 * projections of queries, keys and values; behind it a residual MLP and a dense layer that starts
 * with zeros. So it is in the published code, but for three things: values have a projection, as
 * the paper's equation 4 says; the values are not added to the attention's output, which needs
 * texts of equal length in both models; the encoder attends along the text and not along the batch.
 *
 * <p>{@link #graph} has the inputs {@code adapter.states} [batch, tokens, state width] and {@code
 * adapter.language} [batch, time, language width] with a mask [batch, time], and the output {@code
 * adapter.condition} [batch, tokens, state width].
 *
 * <pre>{@code
 * Adapter adapter = Adapter.create(config, new NeuralNetConfiguration.Builder().seed(1));
 * INDArray condition = adapter.condition(text.states(texts), languageModel.hidden(texts));
 * }</pre>
 */
public final class Adapter {
    private final AdapterConfig config;
    private final ComputationGraph graph;

    private Adapter(AdapterConfig config, ComputationGraph graph) {
        this.config = config;
        this.graph = graph;
    }

    /**
     * A new adapter, whose condition is {@code (1 - lambda) f_CLIP(y0)} until it is trained.
     *
     * @param config sizes
     * @param training seed, data type and so on
     * @return an adapter with random weights
     */
    public static Adapter create(AdapterConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(configuration(config, training));
        graph.init();
        return new Adapter(config, graph);
    }

    /**
     * The graph of an adapter alone.
     *
     * @param config sizes
     * @param training seed, data type and so on
     * @return its configuration
     */
    public static ComputationGraphConfiguration configuration(
            AdapterConfig config, NeuralNetConfiguration.Builder training) {
        GraphBuilder graph =
                training.graphBuilder().addInputs(AdapterParts.STATES, AdapterParts.LANGUAGE);
        String condition =
                new AdapterParts(graph, config).add(AdapterParts.STATES, AdapterParts.LANGUAGE);
        return graph.setOutputs(condition).build();
    }

    /** {@return the sizes} */
    public AdapterConfig config() {
        return config;
    }

    /** {@return the graph that computes conditions, whose weights training changes} */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * What a diffusion model draws from, before it is narrowed to a latent.
     *
     * @param states the text encoder's states of descriptions [batch, tokens, state width]
     * @param language the language model's features of the same descriptions
     * @return [batch, tokens, state width], a new array
     * @throws IllegalArgumentException if shapes do not fit each other or the adapter
     */
    public INDArray condition(INDArray states, TokenStates language) {
        check(config, states, language.values(), language.mask());
        DataType type = graph.getConfiguration().getDataType();
        INDArray[] inputs = {states.castTo(type), language.values().castTo(type)};
        INDArray[] masks = {null, language.mask()};
        try {
            return graph.output(false, inputs, masks)[0].dup('c');
        } finally {
            graph.clear();
            graph.clearLayerMaskArrays();
        }
    }

    static void check(
            AdapterConfig config, INDArray states, INDArray language, INDArray languageMask) {
        Require.shape(
                "states",
                states,
                "[batch, tokens, " + config.stateWidth() + "]",
                -1,
                -1,
                config.stateWidth());
        long batch = states.size(0);
        Require.shape(
                "language features",
                language,
                "[" + batch + ", time, " + config.languageWidth() + "]",
                batch,
                -1,
                config.languageWidth());
        if (languageMask != null) {
            long time = language.size(1);
            Require.shape(
                    "mask of the language features",
                    languageMask,
                    "[" + batch + ", " + time + "]",
                    batch,
                    time);
        }
    }

    /**
     * Reads weights, by the names of the published adapter.
     *
     * @param file safetensors
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if tensors are missing, left over or have another shape,
     *     naming them; the weights are then unchanged
     */
    public void load(Path file) throws IOException {
        tensors().load(Objects.requireNonNull(file, "file"));
    }

    /**
     * Writes the weights, by the names of the published adapter.
     *
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(Path file) throws IOException {
        tensors().save(Objects.requireNonNull(file, "file"));
    }

    private GraphTensors tensors() {
        return new GraphTensors("an adapter of " + config, graph, AdapterParts.PREFIX);
    }
}
