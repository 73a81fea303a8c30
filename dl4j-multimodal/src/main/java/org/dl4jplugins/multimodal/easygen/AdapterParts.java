package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.GeluExact;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.align.transformer.SequenceDropout;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * Adds an adapter to a graph; each method returns its last vertex's name. Vertices have the names
 * of the published modules behind {@link #PREFIX}; weights are drawn as PyTorch's linear layers.
 */
final class AdapterParts {
    static final String PREFIX = "adapter.";
    static final String STATES = PREFIX + "states";
    static final String LANGUAGE = PREFIX + "language";
    static final String CONDITION = PREFIX + "condition";
    static final String LAYERS = PREFIX + "transformer_encoder.layers.";

    private final GraphBuilder graph;
    private final AdapterConfig c;

    AdapterParts(GraphBuilder graph, AdapterConfig config) {
        this.graph = graph;
        c = config;
    }

    /**
     * The condition of text encoder's states [batch, tokens, state width] and a language model's
     * features [batch, time, language width] with a mask.
     */
    String add(String states, String language) {
        String x = linear("mlp.fc1", language, c.languageWidth(), c.hidden(), new GeluExact());
        x = linear("mlp.fc2", x, c.hidden(), c.stateWidth());
        for (int i = 0; i < c.layers(); i++) {
            x = layer(LAYERS + i + ".", x);
        }
        String sur = zero("fc", residual(attention(states, x)));
        String part = PREFIX + "sur";
        graph.addVertex(part, new ScaleVertex(c.weight()), sur);
        if (c.weight() == 1) {
            return part;
        }
        graph.addVertex(PREFIX + "kept", new ScaleVertex(1 - c.weight()), states);
        graph.addVertex(CONDITION, new ResidualAdd(), PREFIX + "kept", part);
        return CONDITION;
    }

    /** A layer that normalizes after each sum, with ReLU, as PyTorch's by default. */
    private String layer(String name, String x) {
        String attention = name + "self_attn.";
        String heads = attention + "heads";
        graph.addVertex(
                heads,
                new AttentionVertex.Builder(c.heads(), c.stateWidth() / c.heads())
                        .dropout(c.dropout())
                        .build(),
                square(attention + "q", x),
                square(attention + "k", x),
                square(attention + "v", x));
        x = norm(name + "norm1", x, drop(square(attention + "out_proj", heads)));
        String inner = dense(name + "linear1", x, c.stateWidth(), c.inner(), new ActivationReLU());
        String out =
                dense(
                        name + "linear2",
                        drop(inner),
                        c.inner(),
                        c.stateWidth(),
                        new ActivationIdentity());
        return norm(name + "norm2", x, drop(out));
    }

    private String attention(String states, String x) {
        String attended = PREFIX + "attention.values";
        graph.addVertex(
                attended,
                new AttentionVertex.Builder(1, c.stateWidth()).build(),
                square(PREFIX + "attention.query_layer", states),
                square(PREFIX + "attention.key_layer", x),
                square(PREFIX + "attention.value_layer", x));
        return attended;
    }

    private String residual(String attended) {
        String inner =
                linear(
                        "attention.output_layer.0",
                        attended,
                        c.stateWidth(),
                        c.stateWidth(),
                        new ActivationReLU());
        String out = linear("attention.output_layer.2", inner, c.stateWidth(), c.stateWidth());
        String sum = PREFIX + "attention.output";
        graph.addVertex(sum, new ResidualAdd(), attended, out);
        return sum;
    }

    private String norm(String name, String x, String change) {
        graph.addVertex(name + ".sum", new ResidualAdd(), x, change);
        graph.addLayer(name, new LayerNorm.Builder().width(c.stateWidth()).build(), name + ".sum");
        return name;
    }

    private String drop(String x) {
        if (c.dropout() == 0) {
            return x;
        }
        graph.addLayer(x + ".dropout", new SequenceDropout(1 - c.dropout()), x);
        return x + ".dropout";
    }

    private String square(String name, String in) {
        return dense(name, in, c.stateWidth(), c.stateWidth(), new ActivationIdentity());
    }

    private String linear(String name, String in, int from, int to) {
        return linear(name, in, from, to, new ActivationIdentity());
    }

    private String linear(String name, String in, int from, int to, IActivation activation) {
        return dense(PREFIX + name, in, from, to, activation);
    }

    private String dense(String name, String in, int from, int to, IActivation activation) {
        double bound = 1 / Math.sqrt(from);
        graph.addLayer(
                name,
                new Linear.Builder()
                        .nIn(from)
                        .nOut(to)
                        .activation(activation)
                        .weightInit(new UniformDistribution(-bound, bound))
                        .build(),
                in);
        return name;
    }

    /** A dense layer that starts with zeros: at first the language model has no say. */
    private String zero(String name, String in) {
        graph.addLayer(
                PREFIX + name,
                new Linear.Builder()
                        .nIn(c.stateWidth())
                        .nOut(c.stateWidth())
                        .weightInit(WeightInit.ZERO)
                        .build(),
                in);
        return PREFIX + name;
    }
}
