package org.dl4jplugins.align.llm;

import java.util.function.Supplier;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.nd4j.linalg.activations.IActivation;

/**
 * Adds an encoder block: {@code x = norm(x + dense(attention(x)))}, {@code x = norm(x +
 * output(act(intermediate(x))))}.
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
        String attended = output(name + ".attention.output", attention(name, in), s.width(), in);
        String inner =
                parts.linear(
                        name + ".intermediate.dense",
                        attended,
                        s.width(),
                        s.inner(),
                        true,
                        s.range(),
                        activation.get());
        return output(name + ".output", inner, s.inner(), attended);
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
    private String output(String name, String in, int from, String residual) {
        String dense = parts.linear(name + ".dense", in, from, s.width(), true, s.range());
        String sum =
                parts.add(
                        name + ".residual",
                        residual,
                        parts.dropout(name + ".dropout", dense, s.dropout()));
        return parts.layerNorm(name + ".LayerNorm", sum, s.width(), s.epsilon());
    }
}
