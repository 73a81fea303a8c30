package org.dl4jplugins.align.llm;

import java.util.function.Supplier;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Adds an encoder block: {@code x = norm(x + dense(attention(x)))}, {@code x = norm(x +
 * output(act(intermediate(x))))}. The activation function is the output layer's input activation,
 * so that a training step keeps one array of the inner width in place of two.
 */
final class BertBlock {
    private final GraphParts parts;
    private final BertSettings s;
    private final Supplier<IActivation> activation;

    BertBlock(GraphParts parts, BertSettings settings, Supplier<IActivation> activation) {
        this.parts = parts;
        s = settings;
        this.activation = activation;
    }

    /** Adds a block and returns its output. */
    String add(String name, String in) {
        String attended =
                output(
                        name + ".attention.output",
                        attention(name, in),
                        s.width(),
                        new ActivationIdentity(),
                        in);
        String inner =
                parts.linear(
                        name + ".intermediate.dense",
                        attended,
                        s.width(),
                        s.inner(),
                        true,
                        s.range());
        return output(name + ".output", inner, s.inner(), activation.get(), attended);
    }

    private String attention(String block, String in) {
        String name = block + ".attention.self";
        String attended = name + ".attention";
        parts.graph.addVertex(
                attended,
                new AttentionVertex.Builder(s.heads(), s.width() / s.heads())
                        .dropout(parts.dropout(s.attentionDropout()))
                        .build(),
                linear(name + ".query", in),
                linear(name + ".key", in),
                linear(name + ".value", in));
        return attended;
    }

    private String linear(String name, String in) {
        return parts.linear(name, in, s.width(), s.width(), true, s.range());
    }

    /** A projection back to the hidden states, the residual sum and its normalization. */
    private String output(
            String name, String in, int from, IActivation activation, String residual) {
        String dense = name + ".dense";
        parts.graph.addLayer(
                dense,
                GraphParts.linear(from, s.width(), true, s.range(), new ActivationIdentity())
                        .inputActivation(activation)
                        .inPlace(true)
                        .build(),
                in);
        String sum =
                parts.add(
                        name + ".residual",
                        residual,
                        parts.dropout(name + ".dropout", dense, s.dropout()));
        return parts.layerNorm(name + ".LayerNorm", sum, s.width(), s.epsilon(), true);
    }
}
