package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * CLIP's image encoder: a vision transformer and a projection.
 *
 * <p>{@link #graph} has the input {@code image} [batch, 3, height, width], normalized as CLIP was
 * trained, and the output {@code visual_projection} [batch, projection]. Images of other sizes than
 * the configured one get interpolated positions.
 */
public final class ClipImageEncoder {
    private final ClipConfig config;
    private final ComputationGraph graph;

    ClipImageEncoder(ClipConfig config, ComputationGraph graph) {
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
    public static ClipImageEncoder create(
            ClipConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(ClipParts.image(config, training));
        graph.init();
        return new ClipImageEncoder(config, graph);
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
     * Embeds images.
     *
     * @param images [batch, 3, height, width] in [-1, 1], height and width multiples of the patch
     * @return [batch, projection], not normalized
     * @throws IllegalArgumentException if the shape does not fit
     */
    public INDArray embed(INDArray images) {
        return graph.outputSingle(ClipInputs.pixels(config, images)).dup('c');
    }

    /**
     * Reads weights in Hugging Face's layout: {@code vision_model.*} and {@code
     * visual_projection.weight}; other tensors are passed over.
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
        String mark = "vision_model.embeddings.class_embedding";
        return new ModuleTensors(graph, "CLIP image encoder", mark, name -> List.of());
    }
}
