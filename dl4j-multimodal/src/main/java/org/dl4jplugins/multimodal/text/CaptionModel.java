package org.dl4jplugins.multimodal.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The text latent of UniDiffuser and its way back to words: a dense layer {@code encode_prefix}
 * makes a text encoder's hidden states narrow, {@code decode_prefix} widens them, and a causal
 * language model of GPT-2's kind reads them as a prefix.
 *
 * <p>{@link #graph} trains all of it: inputs {@code states} [batch, state tokens, state width] and
 * {@code input_ids} [batch, time], output {@code logits} [batch, time, vocabulary] with the cross
 * entropy of the captions. {@link #batch} makes its batches.
 */
public final class CaptionModel {
    private static final int IGNORED = -100;

    private final CaptionConfig config;
    private final ComputationGraph graph;

    private CaptionModel(CaptionConfig config, ComputationGraph graph) {
        this.config = config;
        this.graph = graph;
    }

    /**
     * A new model.
     *
     * @param config sizes
     * @param training seed, updater, data type and so on
     * @return a model with random weights
     */
    public static CaptionModel create(
            CaptionConfig config, NeuralNetConfiguration.Builder training) {
        ComputationGraph graph = new ComputationGraph(CaptionParts.whole(config, training));
        graph.init();
        return new CaptionModel(config, graph);
    }

    /**
     * A model around a graph that was saved by DL4J.
     *
     * @param config its sizes
     * @param graph what {@link #graph} gave
     * @return a model on that graph
     * @throws IllegalArgumentException if the graph has other vertices
     */
    public static CaptionModel of(CaptionConfig config, ComputationGraph graph) {
        var expected = CaptionParts.whole(config, new NeuralNetConfiguration.Builder());
        CaptionConfig.that(
                graph.getConfiguration()
                        .getVertices()
                        .keySet()
                        .equals(expected.getVertices().keySet()),
                "graph",
                "vertices " + graph.getConfiguration().getVertices().keySet(),
                "that of this configuration with " + expected.getVertices().keySet());
        return new CaptionModel(config, graph);
    }

    /** {@return the sizes} */
    public CaptionConfig config() {
        return config;
    }

    /** {@return the graph that trains the model} */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * A batch for {@link #graph}.
     *
     * @param states [batch, state tokens, state width]
     * @param captions token ids of each caption, without start and end
     * @return features states and ids, labels the ids that follow
     * @throws IllegalArgumentException if a shape does not fit or a caption is too long
     */
    public MultiDataSet batch(INDArray states, int[]... captions) {
        requireTokens("states", states, config.stateWidth());
        CaptionConfig.that(
                captions.length == states.size(0),
                "captions",
                captions.length,
                "as many as states, " + states.size(0));
        int longest = Arrays.stream(captions).mapToInt(c -> c.length).max().orElse(0);
        CaptionConfig.that(
                longest < config.maxTokens(),
                "captions",
                "one of " + longest + " tokens",
                "of at most " + (config.maxTokens() - 1) + " tokens");
        float[][] ids = new float[captions.length][longest + 1];
        float[][] labels = new float[captions.length][longest + 1];
        for (int b = 0; b < captions.length; b++) {
            Arrays.fill(ids[b], config.endToken());
            Arrays.fill(labels[b], IGNORED);
            int n = captions[b].length;
            for (int t = 0; t < n; t++) {
                ids[b][t + 1] = captions[b][t];
                labels[b][t] = captions[b][t];
            }
            labels[b][n] = config.endToken();
        }
        return new MultiDataSet(
                new INDArray[] {states, Nd4j.createFromArray(ids)},
                new INDArray[] {Nd4j.createFromArray(labels)});
    }

    /**
     * The latent of texts.
     *
     * @param states [batch, state tokens, state width]
     * @return [batch, state tokens, latent width]
     * @throws IllegalArgumentException if the shape does not fit
     */
    public INDArray encode(INDArray states) {
        requireTokens("states", states, config.stateWidth());
        return project(CaptionParts.NARROW, states);
    }

    /**
     * Latents as wide as the decoder's tokens, in the place of a text encoder's states.
     *
     * @param latents [batch, state tokens, latent width]
     * @return [batch, state tokens, width]
     * @throws IllegalArgumentException if the shape does not fit
     */
    public INDArray decode(INDArray latents) {
        requireTokens("latents", latents, config.latentWidth());
        return project(CaptionParts.WIDE, latents);
    }

    /**
     * The likeliest captions, token by token.
     *
     * @param latents [batch, state tokens, latent width]
     * @return token ids of each caption, without start and end
     * @throws IllegalArgumentException if the shape does not fit
     */
    public List<int[]> captions(INDArray latents) {
        requireTokens("latents", latents, config.latentWidth());
        ComputationGraph decoder = decoder();
        int batch = (int) latents.size(0);
        float[][] ids = new float[batch][1];
        int[] lengths = new int[batch];
        Arrays.fill(lengths, -1);
        for (float[] row : ids) {
            row[0] = config.endToken();
        }
        for (int t = 0; t < config.maxTokens() && Arrays.stream(lengths).min().orElse(0) < 0; t++) {
            INDArray logits = decoder.output(latents, Nd4j.createFromArray(ids))[0];
            int[] next =
                    logits.get(NDArrayIndex.all(), NDArrayIndex.point(t), NDArrayIndex.all())
                            .argMax(1)
                            .toIntVector();
            for (int b = 0; b < batch; b++) {
                ids[b] = Arrays.copyOf(ids[b], t + 2);
                ids[b][t + 1] = next[b];
                if (lengths[b] < 0 && next[b] == config.endToken()) {
                    lengths[b] = t;
                }
            }
        }
        List<int[]> captions = new ArrayList<>();
        for (int b = 0; b < batch; b++) {
            int[] caption = new int[lengths[b] < 0 ? ids[b].length - 1 : lengths[b]];
            for (int t = 0; t < caption.length; t++) {
                caption[t] = (int) ids[b][t + 1];
            }
            captions.add(caption);
        }
        return captions;
    }

    private ComputationGraph decoder() {
        NeuralNetConfiguration.Builder like =
                new NeuralNetConfiguration.Builder()
                        .dataType(graph.getConfiguration().getDataType());
        ComputationGraph decoder = new ComputationGraph(CaptionParts.decoder(config, like));
        decoder.init();
        for (Layer layer : decoder.getLayers()) {
            Layer source = graph.getLayer(layer.conf().getLayer().getLayerName());
            layer.paramTable().forEach((key, value) -> value.assign(source.getParam(key)));
        }
        return decoder;
    }

    private INDArray project(String layer, INDArray x) {
        INDArray weights = graph.getLayer(layer).getParam("W");
        INDArray bias = graph.getLayer(layer).getParam("b");
        long rows = x.size(0) * x.size(1);
        INDArray y =
                x.castTo(weights.dataType()).dup('c').reshape('c', rows, x.size(2)).mmul(weights);
        y.addiRowVector(bias);
        return y.dup('c').reshape('c', x.size(0), x.size(1), weights.size(1));
    }

    private void requireTokens(String name, INDArray array, int width) {
        CaptionConfig.that(
                array.rank() == 3
                        && array.size(1) == config.stateTokens()
                        && array.size(2) == width,
                name,
                "shape " + Arrays.toString(array.shape()),
                "[batch, " + config.stateTokens() + ", " + width + "]");
    }
}
