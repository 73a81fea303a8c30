package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.align.transformer.GeluExact;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.multimodal.uvit.NoiseLoss;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.learning.config.IUpdater;

/** Puts a projection into the configuration of a language model, and takes it out. */
final class ProjectionParts {
    static final String IMAGE = "image";
    static final String CLIP = "clip";
    static final String PREFIX = "projection.";
    static final String TOKENS = PREFIX + "tokens";
    static final String MEMORY = PREFIX + "memory";
    static final String MATCH = PREFIX + "match";
    private static final String FIRST = "linear1";
    private static final String SECOND = "linear2";

    private final ComputationGraphConfiguration graph;
    private final LanguageGraph language;
    private final ProjectionConfig config;
    private final IUpdater updater;

    ProjectionParts(
            ComputationGraphConfiguration graph,
            LanguageGraph language,
            ProjectionConfig config,
            IUpdater updater) {
        this.graph = graph;
        this.language = language;
        this.config = config;
        this.updater = updater;
    }

    /** Names of the layers that learn, in the order of their data. */
    static List<String> layers(ProjectionConfig config) {
        List<String> names = new ArrayList<>(List.of(PREFIX + FIRST, PREFIX + SECOND));
        if (config.hasClip()) {
            names.add(PREFIX + CLIP + "." + FIRST);
            names.add(PREFIX + CLIP + "." + SECOND);
        }
        return names;
    }

    void add(Alignment alignment, int placeholder) {
        List<String> streams = new ArrayList<>();
        streams.add(branch(IMAGE, PREFIX, config.latentWidth(), config.hiddenWidth()));
        if (config.hasClip()) {
            streams.add(
                    branch(
                            CLIP,
                            PREFIX + CLIP + ".",
                            config.clipWidth(),
                            config.clipHiddenWidth()));
        }
        if (alignment == Alignment.PRE) {
            int[] tokens =
                    config.hasClip()
                            ? new int[] {config.tokens(), config.clipTokens()}
                            : new int[] {config.tokens()};
            divert(language.embedding(), TOKENS);
            List<String> inputs = new ArrayList<>(List.of(language.embedding()));
            inputs.addAll(streams);
            inputs.add(LanguageGraph.IDS);
            graph.getVertices().put(TOKENS, new ImageTokens(placeholder, tokens));
            graph.getVertexInputs().put(TOKENS, inputs);
        } else {
            divert(language.encoded(), MEMORY);
            List<String> inputs = new ArrayList<>(streams);
            inputs.add(language.encoded());
            graph.getVertices().put(MEMORY, new JoinedTokens());
            graph.getVertexInputs().put(MEMORY, inputs);
        }
    }

    private String branch(String input, String prefix, int width, int hiddenWidth) {
        List<String> inputs = new ArrayList<>(graph.getNetworkInputs());
        inputs.add(input);
        graph.setNetworkInputs(inputs);
        layer(prefix + FIRST, linear(width, hiddenWidth, new GeluExact()), input);
        layer(
                prefix + SECOND,
                linear(hiddenWidth, language.width(), new ActivationIdentity()),
                prefix + FIRST);
        return prefix + SECOND;
    }

    private Linear linear(int in, int out, IActivation activation) {
        return new Linear.Builder()
                .nIn(in)
                .nOut(out)
                .activation(activation)
                .weightInit(WeightInit.XAVIER)
                .updater(updater)
                .build();
    }

    /**
     * Adds the output that compares the projected latent with the encoder's states of captions.
     *
     * @param weight of the loss against that of the text
     */
    void addMatch(double weight) {
        layer(
                MATCH,
                new NoiseLoss.Builder().weight(weight * language.width()).build(),
                PREFIX + SECOND);
        graph.setNetworkOutputs(new ArrayList<>(List.of(LanguageGraph.LOGITS, MATCH)));
    }

    private void layer(String name, Layer layer, String input) {
        layer.setLayerName(name);
        NeuralNetConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .dataType(graph.getDataType())
                        .seed(graph.getDefaultConfiguration().getSeed())
                        .layer(layer)
                        .build();
        graph.getVertices().put(name, new LayerVertex(conf, null));
        graph.getVertexInputs().put(name, new ArrayList<>(List.of(input)));
    }

    /** Lets all readers of a vertex read another one. */
    private void divert(String from, String to) {
        graph.getVertexInputs()
                .replaceAll(
                        (name, sources) ->
                                sources.stream().map(s -> s.equals(from) ? to : s).toList());
    }

    /** Takes a projection out again. */
    static void remove(ComputationGraphConfiguration graph) {
        Map<String, List<String>> inputs = graph.getVertexInputs();
        String source =
                inputs.containsKey(TOKENS)
                        ? inputs.get(TOKENS).get(0)
                        : inputs.get(MEMORY).get(inputs.get(MEMORY).size() - 1);
        graph.getVertices().keySet().removeIf(name -> name.startsWith(PREFIX));
        inputs.keySet().removeIf(name -> name.startsWith(PREFIX));
        inputs.replaceAll(
                (name, sources) ->
                        sources.stream().map(s -> s.startsWith(PREFIX) ? source : s).toList());
        graph.setNetworkInputs(
                graph.getNetworkInputs().stream()
                        .filter(name -> !name.equals(IMAGE) && !name.equals(CLIP))
                        .toList());
        graph.setNetworkOutputs(new ArrayList<>(List.of(LanguageGraph.LOGITS)));
    }
}
