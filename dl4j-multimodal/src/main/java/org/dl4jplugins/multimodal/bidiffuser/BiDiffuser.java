package org.dl4jplugins.multimodal.bidiffuser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.Sampler;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images from texts and texts from images with one network: a U-ViT, the noise it was trained with
 * and each way of sampling as a method (UniDiffuser, section 3.3; EasyGen, section 3.1).
 *
 * <p>Images and texts are latents, see {@link ImageLatent}; text latents are [batch, tokens,
 * width]. The same seed gives the same samples. The network is used, not copied, and not by several
 * threads at once.
 *
 * <pre>{@code
 * BiDiffuser model = BiDiffuser.load(folder);
 * ImageLatent images = model.textToImage(textLatents, SamplingSettings.defaults());
 * }</pre>
 */
public final class BiDiffuser {
    private final ComputationGraph graph;
    private final UViTConfig config;
    private final NoiseSchedule schedule;
    private final Prediction prediction;

    /**
     * A model that predicts the noise of Stable Diffusion's schedule, as the published ones do.
     *
     * @param graph a U-ViT, also one with adapters
     * @param config its sizes
     */
    public BiDiffuser(ComputationGraph graph, UViTConfig config) {
        this(graph, config, DiscreteSchedule.stableDiffusion(), Prediction.EPSILON);
    }

    /**
     * A model.
     *
     * @param graph a U-ViT, also one with adapters
     * @param config its sizes
     * @param schedule what it is or was trained with
     * @param prediction what it predicts
     * @throws IllegalArgumentException if the graph has not the inputs and outputs of a U-ViT of
     *     these sizes
     */
    public BiDiffuser(
            ComputationGraph graph,
            UViTConfig config,
            NoiseSchedule schedule,
            Prediction prediction) {
        this.graph = Objects.requireNonNull(graph, "graph");
        this.config = Objects.requireNonNull(config, "config");
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.prediction = Objects.requireNonNull(prediction, "prediction");
        Object inputs = graph.getConfiguration().getNetworkInputs();
        Object outputs = graph.getConfiguration().getNetworkOutputs();
        Require.that(
                inputs.equals(UViT.inputs(config)),
                "inputs of graph",
                inputs,
                "" + UViT.inputs(config));
        Require.that(
                outputs.equals(UViT.outputs(config)),
                "outputs of graph",
                outputs,
                "" + UViT.outputs(config));
    }

    /**
     * Reads a model that {@link #save} wrote.
     *
     * @param folder has {@code bidiffuser.json} and {@code uvit.safetensors}
     * @return the model, with training settings of {@link UViT#configuration(UViTConfig)}
     * @throws IOException if a file is missing or cannot be read
     * @throws IllegalArgumentException if files contradict each other, naming what was expected
     */
    public static BiDiffuser load(Path folder) throws IOException {
        return BiDiffuserFiles.load(folder, null);
    }

    /**
     * Reads a model to train it on.
     *
     * @param folder has {@code bidiffuser.json} and {@code uvit.safetensors}
     * @param training seed, updater, data type and so on of the network
     * @return the model
     * @throws IOException if a file is missing or cannot be read
     * @throws IllegalArgumentException if files contradict each other, naming what was expected
     */
    public static BiDiffuser load(Path folder, NeuralNetConfiguration.Builder training)
            throws IOException {
        return BiDiffuserFiles.load(folder, Objects.requireNonNull(training, "training"));
    }

    /**
     * Writes sizes, schedule and weights, without the updater's state; the weights are in the
     * published layout, in single precision.
     *
     * @param folder gets {@code bidiffuser.json} and {@code uvit.safetensors}
     * @throws IOException if it cannot be written
     */
    public void save(Path folder) throws IOException {
        BiDiffuserFiles.save(this, folder);
    }

    /**
     * Images of texts.
     *
     * @param text text latents [batch, tokens, width]
     * @param settings solver, guidance, seed and so on
     * @return one image for each text
     * @throws IllegalArgumentException if shapes or settings do not fit the model
     */
    public ImageLatent textToImage(INDArray text, SamplingSettings settings) {
        INDArray given = text(text);
        checkEmptyText(settings);
        Sizes sizes = sizes(settings);
        Modes modes = new Modes(network(), sizes, settings);
        return sizes.image(
                sampler(settings)
                        .sample(
                                modes.imageGiven(given),
                                network().type(),
                                given.size(0),
                                sizes.imageLength()));
    }

    /**
     * Text latents of images.
     *
     * @param image images of any size that is a multiple of the patch
     * @param settings solver, guidance, seed and so on
     * @return [batch, tokens, width]
     * @throws IllegalArgumentException if shapes or settings do not fit the model
     */
    public INDArray imageToText(ImageLatent image, SamplingSettings settings) {
        ImageLatent given = image(image);
        Sizes sizes = Sizes.of(config, given);
        Modes modes = new Modes(network(), sizes, settings);
        return sizes.text(
                sampler(settings)
                        .sample(
                                modes.textGiven(given),
                                network().type(),
                                given.batch(),
                                sizes.textLength()));
    }

    /**
     * Images and texts together.
     *
     * @param batch how many, at least 1
     * @param settings solver, guidance (of the pair over each alone), seed and so on
     * @return the pairs
     * @throws IllegalArgumentException if settings do not fit the model
     */
    public ImageText joint(int batch, SamplingSettings settings) {
        Sizes sizes = sizes(settings);
        Modes modes = new Modes(network(), sizes, settings);
        long length = sizes.imageLength() + sizes.textLength();
        return sizes.both(
                sampler(settings).sample(modes.joint(), network().type(), batch(batch), length));
    }

    /**
     * Images without texts; there is nothing to guide them.
     *
     * @param batch how many, at least 1
     * @param settings solver, seed and so on
     * @return the images
     * @throws IllegalArgumentException if settings do not fit the model
     */
    public ImageLatent image(int batch, SamplingSettings settings) {
        Sizes sizes = sizes(settings);
        Modes modes = new Modes(network(), sizes, settings);
        return sizes.image(
                sampler(settings)
                        .sample(
                                modes.image(),
                                network().type(),
                                batch(batch),
                                sizes.imageLength()));
    }

    /**
     * Text latents without images; there is nothing to guide them.
     *
     * @param batch how many, at least 1
     * @param settings solver, seed and so on
     * @return [batch, tokens, width]
     * @throws IllegalArgumentException if settings do not fit the model
     */
    public INDArray text(int batch, SamplingSettings settings) {
        Sizes sizes = sizes(settings);
        Modes modes = new Modes(network(), sizes, settings);
        return sizes.text(
                sampler(settings)
                        .sample(modes.text(), network().type(), batch(batch), sizes.textLength()));
    }

    /**
     * Other images that the same text describes: image to text to image.
     *
     * @param image the images
     * @param settings for both ways; new images have the given ones' size unless set otherwise
     * @return one image for each
     * @throws IllegalArgumentException if shapes or settings do not fit the model
     */
    public ImageLatent imageVariation(ImageLatent image, SamplingSettings settings) {
        return textToImage(imageToText(image, settings), settings);
    }

    /**
     * Other texts that describe the same image: text to image to text.
     *
     * @param text text latents [batch, tokens, width]
     * @param settings for both ways
     * @return [batch, tokens, width]
     * @throws IllegalArgumentException if shapes or settings do not fit the model
     */
    public INDArray textVariation(INDArray text, SamplingSettings settings) {
        return imageToText(textToImage(text, settings), settings);
    }

    /** {@return the network} */
    public ComputationGraph graph() {
        return graph;
    }

    /** {@return the network's sizes} */
    public UViTConfig config() {
        return config;
    }

    /** {@return how data become noise} */
    public NoiseSchedule schedule() {
        return schedule;
    }

    /** {@return what the network predicts} */
    public Prediction prediction() {
        return prediction;
    }

    private Network network() {
        return Network.of(graph, config, schedule.steps());
    }

    private Sampler sampler(SamplingSettings settings) {
        return settings.sampler(schedule, prediction);
    }

    private Sizes sizes(SamplingSettings settings) {
        int height = settings.imageHeight() > 0 ? settings.imageHeight() : config.imageHeight();
        int width = settings.imageWidth() > 0 ? settings.imageWidth() : config.imageWidth();
        checkSide("imageHeight", height);
        checkSide("imageWidth", width);
        return new Sizes(config, height, width);
    }

    private void checkSide(String name, long side) {
        Require.that(
                side > 0 && side % config.patch() == 0,
                name,
                side,
                "a multiple of patch, " + config.patch());
    }

    private static long batch(int batch) {
        Require.that(batch >= 1, "batch", batch, "at least 1");
        return batch;
    }

    private INDArray text(INDArray text) {
        checkText("text", text, -1);
        return text.castTo(network().type());
    }

    private void checkEmptyText(SamplingSettings settings) {
        if (settings.emptyText() != null) {
            checkText("emptyText", settings.emptyText(), 1);
        }
    }

    private void checkText(String name, INDArray text, long batch) {
        Require.shape(
                name,
                text,
                "["
                        + (batch < 0 ? "batch" : batch)
                        + ", "
                        + config.textTokens()
                        + ", "
                        + config.textWidth()
                        + "]",
                batch,
                config.textTokens(),
                config.textWidth());
    }

    private ImageLatent image(ImageLatent image) {
        INDArray latent = image.latent();
        Require.shape(
                "latent",
                latent,
                "[batch, " + config.imageChannels() + ", height, width]",
                -1,
                config.imageChannels(),
                -1,
                -1);
        checkSide("height of latent", latent.size(2));
        checkSide("width of latent", latent.size(3));
        if (config.clipWidth() == 0) {
            Require.that(image.clip() == null, "clip", "one", "null in a model without");
            return new ImageLatent(latent.castTo(network().type()));
        }
        Require.shape(
                "clip",
                image.clip(),
                "[" + latent.size(0) + ", 1, " + config.clipWidth() + "]",
                latent.size(0),
                1,
                config.clipWidth());
        return new ImageLatent(
                latent.castTo(network().type()), image.clip().castTo(network().type()));
    }
}
