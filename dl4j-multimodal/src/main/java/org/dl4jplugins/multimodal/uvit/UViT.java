package org.dl4jplugins.multimodal.uvit;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Adam;

/**
 * U-ViT as a graph.
 *
 * <p>Inputs: {@code image} [batch, channels, height, width], {@code clip_image} [batch, 1, width],
 * {@code text} [batch, tokens, width], {@code t_image} and {@code t_text} [batch, 1] (steps of the
 * noise schedule, 0 for data without noise), {@code data_type} [batch, 1]; without image embedding
 * or data types, without those inputs. Outputs, in the shapes of their inputs: {@code image_noise},
 * {@code clip_noise}, {@code text_noise}, each with a {@link NoiseLoss}. Images may have another
 * size than the configured one, if it is a multiple of the patch.
 *
 * <pre>{@code
 * ComputationGraph graph = UViT.create(config, new NeuralNetConfiguration.Builder()
 *         .seed(1).updater(new Adam(2e-4)).weightDecay(0.03));
 * }</pre>
 */
public final class UViT {
    /** Input: image latent [batch, channels, height, width]. */
    public static final String IMAGE = "image";

    /** Input: embedding of the whole image [batch, 1, width]. */
    public static final String CLIP_IMAGE = "clip_image";

    /** Input: text latent [batch, tokens, width]. */
    public static final String TEXT = "text";

    /** Input: time of image and image embedding [batch, 1]. */
    public static final String T_IMAGE = "t_image";

    /** Input: time of the text [batch, 1]. */
    public static final String T_TEXT = "t_text";

    /** Input: kind of training data [batch, 1], from 0 on. */
    public static final String DATA_TYPE = "data_type";

    /** Output: noise in the image latent. */
    public static final String IMAGE_NOISE = "image_noise";

    /** Output: noise in the image embedding. */
    public static final String CLIP_NOISE = "clip_noise";

    /** Output: noise in the text latent. */
    public static final String TEXT_NOISE = "text_noise";

    private UViT() {}

    /**
     * Names of the inputs in their order.
     *
     * @param config sizes
     * @return four to six names
     */
    public static List<String> inputs(UViTConfig config) {
        List<String> names = new ArrayList<>(List.of(IMAGE));
        if (config.clipWidth() > 0) {
            names.add(CLIP_IMAGE);
        }
        names.addAll(List.of(TEXT, T_IMAGE, T_TEXT));
        if (config.dataTypes() > 0) {
            names.add(DATA_TYPE);
        }
        return names;
    }

    /**
     * Names of the outputs in their order.
     *
     * @param config sizes
     * @return two or three names
     */
    public static List<String> outputs(UViTConfig config) {
        return config.clipWidth() > 0
                ? List.of(IMAGE_NOISE, CLIP_NOISE, TEXT_NOISE)
                : List.of(IMAGE_NOISE, TEXT_NOISE);
    }

    /**
     * A configuration with Adam at UniDiffuser's learning rate 2e-4, with betas 0.9 and 0.9, and
     * seed 1.
     *
     * @param config sizes
     * @return the graph's configuration
     */
    public static ComputationGraphConfiguration configuration(UViTConfig config) {
        Adam adam = Adam.builder().learningRate(2e-4).beta1(0.9).beta2(0.9).build();
        return configuration(config, new NeuralNetConfiguration.Builder().seed(1).updater(adam));
    }

    /**
     * A configuration with training settings of one's own.
     *
     * @param config sizes
     * @param training seed, updater, data type, weight decay and so on
     * @return the graph's configuration
     */
    public static ComputationGraphConfiguration configuration(
            UViTConfig config, NeuralNetConfiguration.Builder training) {
        GraphBuilder graph =
                training.graphBuilder().addInputs(inputs(config).toArray(String[]::new));
        addTo(graph, config);
        return graph.setOutputs(outputs(config).toArray(String[]::new)).build();
    }

    /**
     * Adds a U-ViT to a larger graph, for instance behind layers that make its text latent.
     *
     * @param graph has inputs or vertices with the names of {@link #inputs}; gets vertices with
     *     those of {@link #outputs} and of the published parameters
     * @param config sizes
     */
    public static void addTo(GraphBuilder graph, UViTConfig config) {
        new UViTParts(graph, config).add();
    }

    /**
     * A new network.
     *
     * @param config sizes
     * @param training seed, updater, data type, weight decay and so on
     * @return an initialized graph
     */
    public static ComputationGraph create(
            UViTConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(configuration(config, training));
        graph.init();
        return graph;
    }
}
