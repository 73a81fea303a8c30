package org.dl4jplugins.multimodal.text;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.GeluTanh;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.PositionEmbedding;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.align.transformer.TiedProjection;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.dl4jplugins.multimodal.uvit.TokenSlice;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** Adds a caption decoder to a graph; each method returns its last vertex's name. */
final class CaptionParts {
    static final String STATES = "states";
    static final String LATENT = "latent";
    static final String IDS = "input_ids";
    static final String NARROW = "encode_prefix";
    static final String WIDE = "decode_prefix";
    private static final String WORDS = "wte";
    private static final double DEVIATION = 0.02;

    private final GraphBuilder graph;
    private final CaptionConfig c;

    private CaptionParts(GraphBuilder graph, CaptionConfig config) {
        this.graph = graph;
        c = config;
    }

    /** From a text encoder's states to captions. */
    static ComputationGraphConfiguration whole(
            CaptionConfig config, NeuralNetConfiguration.Builder training) {
        CaptionParts parts = new CaptionParts(training.graphBuilder(), config);
        parts.graph.addInputs(STATES, IDS);
        parts.linear(NARROW, STATES, config.stateWidth(), config.latentWidth());
        return parts.decoder(NARROW);
    }

    /** From latents to captions. */
    static ComputationGraphConfiguration decoder(
            CaptionConfig config, NeuralNetConfiguration.Builder training) {
        CaptionParts parts = new CaptionParts(training.graphBuilder(), config);
        parts.graph.addInputs(LATENT, IDS);
        return parts.decoder(LATENT);
    }

    private ComputationGraphConfiguration decoder(String latent) {
        linear(WIDE, latent, c.latentWidth(), c.width());
        graph.addLayer(
                WORDS,
                new TokenEmbedding.Builder()
                        .nIn(c.vocabulary())
                        .nOut(c.width())
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                IDS);
        graph.addVertex("prefix_words", new MergeVertex(), WIDE, WORDS);
        graph.addLayer(
                "wpe",
                new PositionEmbedding.Builder()
                        .maxPositions(c.stateTokens() + c.maxTokens())
                        .nIn(c.width())
                        .nOut(c.width())
                        .weightInit(new NormalDistribution(0, DEVIATION / 2))
                        .build(),
                "prefix_words");
        String x = "wpe";
        for (int i = 0; i < c.layers(); i++) {
            x = block("h." + i, x);
        }
        x = norm("ln_f", x);
        graph.addVertex("words", new TokenSlice(c.stateTokens(), 0), x);
        graph.addVertex("lm_head", new TiedProjection.Builder(WORDS).build(), "words");
        graph.addLayer("logits", new TokenLossLayer.Builder().build(), "lm_head");
        return graph.setOutputs("logits").build();
    }

    private String block(String name, String in) {
        String normed = norm(name + ".ln_1", in);
        String attention = name + ".attn";
        graph.addVertex(
                attention,
                new AttentionVertex.Builder(c.heads(), c.width() / c.heads()).causal(true).build(),
                linear(attention + ".q", normed, c.width(), c.width()),
                linear(attention + ".k", normed, c.width(), c.width()),
                linear(attention + ".v", normed, c.width(), c.width()));
        String attended = linear(attention + ".c_proj", attention, c.width(), c.width());
        String middle = add(attention + ".residual", in, attended);
        String hidden =
                linear(
                        name + ".mlp.c_fc",
                        norm(name + ".ln_2", middle),
                        c.width(),
                        4 * c.width(),
                        new GeluTanh());
        return add(name, middle, linear(name + ".mlp.c_proj", hidden, 4 * c.width(), c.width()));
    }

    private String linear(String name, String in, int from, int to) {
        return linear(name, in, from, to, new ActivationIdentity());
    }

    private String linear(String name, String in, int from, int to, IActivation activation) {
        graph.addLayer(
                name,
                new Linear.Builder()
                        .nIn(from)
                        .nOut(to)
                        .activation(activation)
                        .weightInit(new NormalDistribution(0, DEVIATION))
                        .build(),
                in);
        return name;
    }

    private String norm(String name, String in) {
        graph.addLayer(name, new LayerNorm.Builder().width(c.width()).eps(1e-5).build(), in);
        return name;
    }

    private String add(String name, String a, String b) {
        graph.addVertex(name, new ResidualAdd(), a, b);
        return name;
    }
}
