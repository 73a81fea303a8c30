package org.dl4jplugins.align.llm;

import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.GatedVertex;
import org.nd4j.linalg.activations.IActivation;

/**
 * Adds a decoder block: {@code x += o(attention(norm(x)))}, {@code x += down(act(gate(h)) * up(h))}
 * with {@code h = norm(x)}.
 */
final class LlamaBlock {
    private final GraphParts parts;
    private final LlamaSettings s;

    LlamaBlock(GraphParts parts, LlamaSettings settings) {
        this.parts = parts;
        s = settings;
    }

    /** Adds a block; its output vertex has the block's name. */
    String add(String name, int number, String in, IActivation activation) {
        String attended =
                attention(name + ".self_attn", number, norm(name + ".input_layernorm", in));
        String middle = parts.add(name + ".self_attn.residual", in, attended);
        String normed = norm(name + ".post_attention_layernorm", middle);
        return parts.add(name, middle, feedForward(name + ".mlp", normed, activation));
    }

    private String norm(String name, String in) {
        return parts.rmsNorm(name, in, s.width(), s.epsilon());
    }

    private String attention(String name, int number, String in) {
        int queries = s.heads() * s.headSize();
        int keys = s.kvHeads() * s.headSize();
        boolean bias = s.queryBias();
        String q = parts.linear(name + ".q_proj", in, s.width(), queries, bias, s.range());
        String k = parts.linear(name + ".k_proj", in, s.width(), keys, bias, s.range());
        String v = parts.linear(name + ".v_proj", in, s.width(), keys, bias, s.range());
        String attended = name + ".attention";
        parts.graph.addVertex(
                attended,
                new AttentionVertex.Builder(s.heads(), s.headSize())
                        .kvHeads(s.kvHeads())
                        .causal(true)
                        .window(s.window(number))
                        .rotary(s.rotary())
                        .dropout(parts.dropout(s.attentionDropout()))
                        .build(),
                q,
                k,
                v);
        return parts.linear(
                name + ".o_proj", attended, queries, s.width(), s.outputBias(), s.range());
    }

    private String feedForward(String name, String in, IActivation activation) {
        boolean bias = s.mlpBias();
        String gate = parts.linear(name + ".gate_proj", in, s.width(), s.inner(), bias, s.range());
        String up = parts.linear(name + ".up_proj", in, s.width(), s.inner(), bias, s.range());
        String gated = name + ".act_fn";
        parts.graph.addVertex(gated, new GatedVertex(activation), gate, up);
        return parts.linear(name + ".down_proj", gated, s.inner(), s.width(), bias, s.range());
    }
}
