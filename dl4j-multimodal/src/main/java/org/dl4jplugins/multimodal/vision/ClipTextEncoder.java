package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * CLIP's text encoder: a causal transformer and a projection.
 *
 * <p>{@link #graph} has the input {@code input_ids} [batch, time] and the outputs {@code
 * text_model.final_layer_norm} [batch, time, width] and {@code text_projection} [batch,
 * projection], the latter of the last token that is not masked.
 */
public final class ClipTextEncoder {
    private final ClipConfig config;
    private final ComputationGraph graph;

    ClipTextEncoder(ClipConfig config, ComputationGraph graph) {
        this.config = config;
        this.graph = graph;
    }

    /**
     * A new encoder.
     *
     * @param config sizes
     * @param training seed, data type and so on
     * @return an encoder with random weights
     */
    public static ClipTextEncoder create(
            ClipConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(ClipParts.text(config, training));
        graph.init();
        return new ClipTextEncoder(config, graph);
    }

    /** {@return the sizes} */
    public ClipConfig config() {
        return config;
    }

    /** {@return the graph} */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * Embeds texts, each read at its first end token.
     *
     * @param ids [batch, time], at most as many tokens as there are positions
     * @return [batch, projection], not normalized
     * @throws IllegalArgumentException if a text is too long or has no end token
     */
    public INDArray embed(INDArray ids) {
        INDArray[] masks = {ClipInputs.mask(config, ids)};
        return graph.output(false, new INDArray[] {ids}, masks)[1].dup('c');
    }

    /**
     * The last hidden states of all tokens, those behind the end token included: what Stable
     * Diffusion and UniDiffuser read of a text.
     *
     * @param ids [batch, time], at most as many tokens as there are positions
     * @return [batch, time, width]
     * @throws IllegalArgumentException if a text is too long or has no end token
     */
    public INDArray states(INDArray ids) {
        ClipInputs.mask(config, ids);
        return graph.output(ids)[0].dup('c');
    }

    /**
     * Reads weights in Hugging Face's layout: {@code text_model.*} and {@code
     * text_projection.weight}; other tensors are passed over.
     *
     * @param file safetensors
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if tensors are missing or have another shape, naming them;
     *     the weights are then unchanged
     */
    public void load(Path file) throws IOException {
        tensors(graph).load(file);
    }

    /**
     * Writes the weights in Hugging Face's layout.
     *
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(Path file) throws IOException {
        tensors(graph).save(file);
    }

    static ModuleTensors tensors(ComputationGraph graph) {
        String mark = "text_model.embeddings.token_embedding.weight";
        return new ModuleTensors(graph, "CLIP text encoder", mark, name -> List.of());
    }
}
