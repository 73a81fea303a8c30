package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.uvit.NoiseLoss;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The KL autoencoder of latent diffusion (Rombach et al. 2022) in Stable Diffusion's architecture.
 *
 * <p>{@link #graph} is an ordinary graph that trains it: inputs {@code image} [batch, channels,
 * height, width] and {@code noise} [batch, latent channels, height / factor, width / factor];
 * outputs {@code reconstruction}, with the mean squared error, and {@code kl}, with {@link KlLoss}.
 * {@link #batch} makes its batches. Encoder and decoder are graphs on the same parameters, so that
 * they change with it.
 *
 * <pre>{@code
 * AutoencoderKL autoencoder = AutoencoderKL.create(config, training);
 * for (int i = 0; i < steps; i++) {
 *     autoencoder.graph().fit(autoencoder.batch(images, i + 1));
 * }
 * INDArray latents = autoencoder.encode(images);
 * }</pre>
 */
public final class AutoencoderKL implements LatentSpace {
    private final AutoencoderConfig config;
    private final ComputationGraph graph;
    private final ComputationGraph encoder;
    private final ComputationGraph decoder;

    private AutoencoderKL(AutoencoderConfig config, ComputationGraph graph) {
        this.config = config;
        this.graph = graph;
        encoder = new ComputationGraph(encoder(config, like(graph)));
        decoder = new ComputationGraph(decoder(config, like(graph)));
        long first = AutoencoderSizes.parameters(encoder.getConfiguration());
        encoder.init(part(0, first), false);
        decoder.init(part(first, graph.numParams()), false);
    }

    /**
     * A new autoencoder that learns with Adam at 1e-4.
     *
     * @param config sizes
     * @param seed of its weights
     * @return an autoencoder with random weights
     */
    public static AutoencoderKL create(AutoencoderConfig config, long seed) {
        return create(
                config, new NeuralNetConfiguration.Builder().seed(seed).updater(new Adam(1e-4)));
    }

    /**
     * A new autoencoder.
     *
     * @param config sizes
     * @param training seed, updater, data type and so on
     * @return an autoencoder with random weights
     */
    public static AutoencoderKL create(
            AutoencoderConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(configuration(config, training));
        graph.init();
        return new AutoencoderKL(config, graph);
    }

    /**
     * An autoencoder around a graph that was saved by DL4J.
     *
     * @param config its sizes
     * @param graph what {@link #graph} gave
     * @return an autoencoder on that graph
     * @throws IllegalArgumentException if the graph has another number of parameters
     */
    public static AutoencoderKL of(AutoencoderConfig config, ComputationGraph graph) {
        long expected = AutoencoderSizes.parameters(configuration(config, like(graph)));
        Require.that(
                graph.numParams() == expected,
                "graph",
                graph.numParams() + " parameters",
                "one of this configuration with " + expected + " parameters");
        return new AutoencoderKL(config, graph);
    }

    /**
     * The graph that trains an autoencoder.
     *
     * @param config sizes
     * @param training seed, updater, data type and so on
     * @return its configuration
     */
    public static ComputationGraphConfiguration configuration(
            AutoencoderConfig config, NeuralNetConfiguration.Builder training) {
        GraphBuilder builder = training.graphBuilder().addInputs("image", "noise");
        AutoencoderParts parts = new AutoencoderParts(builder, config);
        String moments = parts.encoder("image");
        builder.addVertex("moments_noise", new MergeVertex(), moments, "noise");
        builder.addLayer("latent", new GaussianSample(), "moments_noise");
        builder.addLayer(
                "reconstruction", new NoiseLoss.Builder().build(), parts.decoder("latent"));
        builder.addLayer("kl", new KlLoss.Builder().weight(config.klWeight()).build(), moments);
        return builder.setOutputs("reconstruction", "kl").build();
    }

    private static ComputationGraphConfiguration encoder(
            AutoencoderConfig config, NeuralNetConfiguration.Builder training) {
        GraphBuilder builder = training.graphBuilder().addInputs("image");
        return builder.setOutputs(new AutoencoderParts(builder, config).encoder("image")).build();
    }

    private static ComputationGraphConfiguration decoder(
            AutoencoderConfig config, NeuralNetConfiguration.Builder training) {
        GraphBuilder builder = training.graphBuilder().addInputs("latent");
        return builder.setOutputs(new AutoencoderParts(builder, config).decoder("latent")).build();
    }

    private static NeuralNetConfiguration.Builder like(ComputationGraph graph) {
        return new NeuralNetConfiguration.Builder()
                .dataType(graph.getConfiguration().getDataType())
                .trainingWorkspaceMode(graph.getConfiguration().getTrainingWorkspaceMode())
                .inferenceWorkspaceMode(graph.getConfiguration().getInferenceWorkspaceMode());
    }

    private INDArray part(long from, long to) {
        INDArray all = graph.params().reshape('c', 1, graph.numParams());
        return all.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    }

    /** {@return the sizes} */
    public AutoencoderConfig config() {
        return config;
    }

    /** {@return the graph that trains it; its weights are those of encoder and decoder} */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * A batch for {@link #graph}.
     *
     * @param images [batch, channels, height, width] in [-1, 1]
     * @param seed of the noise that latents are drawn with
     * @return features images and noise, labels images and zeros
     * @throws IllegalArgumentException if the shape does not fit
     */
    public MultiDataSet batch(INDArray images, long seed) {
        Require.images("images", images, config.imageChannels(), factor());
        INDArray noise =
                random(
                        seed,
                        images.size(0),
                        channels(),
                        images.size(2) / factor(),
                        images.size(3) / factor());
        INDArray nothing = Nd4j.zeros(images.dataType(), images.size(0), 1);
        return new MultiDataSet(
                new INDArray[] {images, noise.castTo(images.dataType())},
                new INDArray[] {images, nothing});
    }

    @Override
    public int channels() {
        return config.latentChannels();
    }

    @Override
    public int factor() {
        return config.factor();
    }

    /** The means of the latents, times the configured scale. */
    @Override
    public INDArray encode(INDArray images) {
        INDArray moments = moments(images);
        return Arrays4.channels(moments, 0, channels()).mul(config.scale());
    }

    /**
     * Latents drawn from their distributions, as diffusion models are trained on.
     *
     * @param images [batch, channels, height, width] in [-1, 1]
     * @param seed of the noise
     * @return [batch, latent channels, height / factor, width / factor], times the scale
     * @throws IllegalArgumentException if the shape does not fit
     */
    public INDArray sample(INDArray images, long seed) {
        INDArray moments = moments(images);
        INDArray mean = Arrays4.channels(moments, 0, channels());
        INDArray deviation = Moments.deviation(Arrays4.channels(moments, channels(), channels()));
        INDArray noise = random(seed, mean.shape()).castTo(mean.dataType());
        return deviation.muli(noise).addi(mean).muli(config.scale());
    }

    private INDArray moments(INDArray images) {
        Require.images("images", images, config.imageChannels(), factor());
        return encoder.outputSingle(images).dup('c');
    }

    /** The images, cut off at -1 and 1. */
    @Override
    public INDArray decode(INDArray latents) {
        Require.images("latents", latents, channels(), 1);
        INDArray images = decoder.outputSingle(latents.div(config.scale()));
        return Transforms.hardTanh(images, true);
    }

    /**
     * Reads weights in Stable Diffusion's layout (also within a whole checkpoint, under {@code
     * first_stage_model.}) or in that of diffusers.
     *
     * @param file safetensors
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if tensors are missing or have another shape, naming them;
     *     the weights are then unchanged
     */
    public void load(Path file) throws IOException {
        AutoencoderSizes.tensors(graph).load(file);
    }

    /**
     * Writes the weights in Stable Diffusion's layout.
     *
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written; an old file is then unchanged
     */
    public void save(Path file) throws IOException {
        AutoencoderSizes.tensors(graph).save(file);
    }

    private static INDArray random(long seed, long... shape) {
        Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed == 0 ? -1 : seed);
        return Nd4j.randn(0, 1, shape, random);
    }
}
