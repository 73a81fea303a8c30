package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.GatedVertex;

/**
 * Adds blocks of an encoder or decoder: {@code x += sublayer(norm(x))} for self attention with a
 * position bias, cross attention (decoder only) and the feed-forward layers; no biases, products of
 * queries and keys are not scaled.
 */
final class T5Block {
    private final GraphParts parts;
    private final T5Settings s;

    T5Block(GraphParts parts, T5Settings settings) {
        this.parts = parts;
        s = settings;
    }

    /** Adds an encoder block and returns its output. */
    String encoder(String name, String in, String bias) {
        String attended = selfAttention(name + ".layer.0", in, bias, false);
        return feedForward(name + ".layer.1", attended);
    }

    /** Adds a decoder block and returns its output. */
    String decoder(String name, String in, String bias, String encoded) {
        String attended = selfAttention(name + ".layer.0", in, bias, true);
        String layer = name + ".layer.1";
        String x = norm(layer, attended);
        String crossed = attention(layer + ".EncDecAttention", x, encoded, null, false);
        return feedForward(name + ".layer.2", residual(layer, attended, crossed));
    }

    private String selfAttention(String layer, String in, String bias, boolean causal) {
        String x = norm(layer, in);
        return residual(layer, in, attention(layer + ".SelfAttention", x, x, bias, causal));
    }

    private String attention(String name, String from, String to, String bias, boolean causal) {
        int inner = s.heads() * s.headSize();
        double keys = s.deviation(s.width());
        List<String> inputs = new ArrayList<>();
        inputs.add(
                linear(name + ".q", from, s.width(), inner, s.deviation(s.width() * s.headSize())));
        inputs.add(linear(name + ".k", to, s.width(), inner, keys));
        inputs.add(linear(name + ".v", to, s.width(), inner, keys));
        if (bias != null) {
            inputs.add(bias);
        }
        String attended = name + ".attention";
        parts.graph.addVertex(
                attended,
                new AttentionVertex.Builder(s.heads(), s.headSize())
                        .causal(causal)
                        .scale(1)
                        .dropout(parts.dropout(s.dropout()))
                        .build(),
                inputs.toArray(new String[0]));
        return linear(name + ".o", attended, inner, s.width(), s.deviation(inner));
    }

    private String feedForward(String layer, String in) {
        String name = layer + ".DenseReluDense";
        String x = norm(layer, in);
        double deviation = s.deviation(s.width());
        String inner;
        if (s.gated()) {
            String gate = linear(name + ".wi_0", x, s.width(), s.inner(), deviation);
            String up = linear(name + ".wi_1", x, s.width(), s.inner(), deviation);
            inner = name + ".act";
            parts.graph.addVertex(inner, new GatedVertex(s.newActivation()), gate, up);
        } else {
            inner =
                    parts.linear(
                            name + ".wi",
                            x,
                            s.width(),
                            s.inner(),
                            false,
                            deviation,
                            s.newActivation());
        }
        inner = parts.dropout(name + ".dropout", inner, s.dropout());
        return residual(
                layer,
                in,
                linear(name + ".wo", inner, s.inner(), s.width(), s.deviation(s.inner())));
    }

    private String norm(String layer, String in) {
        return parts.rmsNorm(layer + ".layer_norm", in, s.width(), s.epsilon());
    }

    private String residual(String layer, String in, String change) {
        return parts.add(layer, in, parts.dropout(layer + ".dropout", change, s.dropout()));
    }

    private String linear(String name, String in, int from, int to, double deviation) {
        return parts.linear(name, in, from, to, false, deviation);
    }
}
