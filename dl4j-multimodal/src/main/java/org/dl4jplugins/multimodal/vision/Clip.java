package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * CLIP (Radford et al. 2021): images and texts embedded in one space, learned from pairs.
 *
 * <p>{@link #graph} trains both encoders: inputs {@code image} and {@code input_ids}, output {@code
 * logits} [batch, batch], cosines times the learned scale, with {@link ContrastiveLoss}. {@link
 * #batch} makes its batches.
 *
 * <pre>{@code
 * Clip clip = Clip.create(config, new NeuralNetConfiguration.Builder().updater(new Adam(1e-3)));
 * clip.graph().fit(clip.batch(images, ids));
 * INDArray embeddings = clip.imageEncoder().embed(images);
 * }</pre>
 */
public final class Clip {
    private final ClipConfig config;
    private final ComputationGraph graph;

    private Clip(ClipConfig config, ComputationGraph graph) {
        this.config = config;
        this.graph = graph;
    }

    /**
     * A new model with temperature 0.07.
     *
     * @param config sizes
     * @param training seed, updater, data type and so on
     * @return a model with random weights
     */
    public static Clip create(ClipConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(ClipParts.both(config, 0.07, training));
        graph.init();
        return new Clip(config, graph);
    }

    /** {@return the sizes} */
    public ClipConfig config() {
        return config;
    }

    /** {@return the graph that trains the model} */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * A batch of pairs; none of its images should fit another one's text.
     *
     * @param images [batch, 3, height, width] in [-1, 1]
     * @param ids [batch, time], each text ended by the end token, anything behind it
     * @return features with the mask of the texts, labels
     * @throws IllegalArgumentException if shapes do not fit or a text has no end token
     */
    public MultiDataSet batch(INDArray images, INDArray ids) {
        Require.that(
                images.size(0) == ids.size(0),
                "ids",
                ids.size(0) + " texts",
                "as many as images, " + images.size(0));
        INDArray pixels = ClipInputs.pixels(config, images);
        return new MultiDataSet(
                new INDArray[] {pixels, ids},
                new INDArray[] {Nd4j.eye(images.size(0)).castTo(pixels.dataType())},
                new INDArray[] {null, ClipInputs.mask(config, ids)},
                null);
    }

    /**
     * The image encoder alone.
     *
     * @return an encoder with a copy of the weights
     */
    public ClipImageEncoder imageEncoder() {
        ComputationGraph tower = new ComputationGraph(ClipParts.image(config, like()));
        return new ClipImageEncoder(config, copied(tower));
    }

    /**
     * The text encoder alone.
     *
     * @return an encoder with a copy of the weights
     */
    public ClipTextEncoder textEncoder() {
        ComputationGraph tower = new ComputationGraph(ClipParts.text(config, like()));
        return new ClipTextEncoder(config, copied(tower));
    }

    private NeuralNetConfiguration.Builder like() {
        return new NeuralNetConfiguration.Builder()
                .dataType(graph.getConfiguration().getDataType())
                .trainingWorkspaceMode(graph.getConfiguration().getTrainingWorkspaceMode())
                .inferenceWorkspaceMode(graph.getConfiguration().getInferenceWorkspaceMode());
    }

    private ComputationGraph copied(ComputationGraph tower) {
        tower.init();
        for (Layer layer : tower.getLayers()) {
            Layer source = graph.getLayer(layer.conf().getLayer().getLayerName());
            layer.paramTable().forEach((key, value) -> value.assign(source.getParam(key)));
        }
        return tower;
    }

    /**
     * Reads a whole model in Hugging Face's layout.
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
     * Writes the whole model in Hugging Face's layout.
     *
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(Path file) throws IOException {
        tensors(graph).save(file);
    }

    static ModuleTensors tensors(ComputationGraph graph) {
        return new ModuleTensors(graph, "CLIP model", "logit_scale", name -> List.of());
    }
}
