package org.dl4jplugins.multimodal.uvit;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.multimodal.uvit.TensorLayout.Part;

/** The tensors of UniDiffuser's and BiDiffuser's checkpoints, in the order of the graph. */
final class PublishedLayout {
    private final UViTConfig c;
    private final List<TensorLayout> tensors = new ArrayList<>();

    private PublishedLayout(UViTConfig config) {
        c = config;
    }

    static List<TensorLayout> of(UViTConfig config) {
        PublishedLayout layout = new PublishedLayout(config);
        UViT.configuration(config).getVertices().forEach(layout::add);
        return List.copyOf(layout.tensors);
    }

    private void add(String name, GraphVertex vertex) {
        if (!(vertex instanceof LayerVertex layerVertex)) {
            return;
        }
        Layer layer = layerVertex.getLayerConf().getLayer();
        if (layer instanceof Linear linear) {
            linear(name, linear);
        } else if (layer instanceof LayerNorm norm) {
            whole(name + ".weight", name, "g", norm.getNOut());
            whole(name + ".bias", name, "b", norm.getNOut());
        } else if (layer instanceof PositionTable) {
            positions(name);
        } else if (layer instanceof TokenEmbedding) {
            whole(name + ".weight", name, "W", c.dataTypes(), c.width());
        } else if (name.equals(UViTParts.FINAL_CONVOLUTION)) {
            whole(name + ".weight", name, "W", c.imageChannels(), c.imageChannels(), 3, 3);
            whole(name + ".bias", name, "b", c.imageChannels());
        }
    }

    private void linear(String name, Linear linear) {
        long in = linear.getNIn();
        long out = linear.getNOut();
        if (name.endsWith(".attn.k") || name.endsWith(".attn.v")) {
            return; // with q
        }
        if (name.endsWith(".attn.q")) {
            String attention = name.substring(0, name.length() - 1);
            fused(attention, "weight", "W", out, in);
            if (linear.isHasBias()) {
                fused(attention, "bias", "b", out);
            }
            return;
        }
        long[] shape = {out, in};
        if (name.equals(UViTParts.PATCH_EMBEDDING)) {
            shape = new long[] {out, c.imageChannels(), c.patch(), c.patch()};
        }
        Part weight = new Part(name, "W", true, 0, 0, out);
        tensors.add(new TensorLayout(name + ".weight", shape, out, List.of(weight)));
        if (linear.isHasBias()) {
            whole(name + ".bias", name, "b", out);
        }
    }

    /** Queries, keys and values below each other. */
    private void fused(String attention, String kind, String key, long rows, long... rest) {
        long[] shape = rest.length == 0 ? new long[] {3 * rows} : new long[] {3 * rows, rest[0]};
        List<Part> parts = new ArrayList<>();
        for (String projection : List.of("q", "k", "v")) {
            parts.add(
                    new Part(
                            attention + projection,
                            key,
                            shape.length == 2,
                            parts.size() * rows,
                            0,
                            rows));
        }
        tensors.add(new TensorLayout(attention + "qkv." + kind, shape, 3 * rows, parts));
    }

    /** The data type's position came later and is a tensor of its own. */
    private void positions(String name) {
        long all = c.tokens();
        if (c.dataTypes() == 0) {
            whole(name, name, "W", 1, all, c.width());
            return;
        }
        Part times = new Part(name, "W", false, 0, 0, 2);
        Part others = new Part(name, "W", false, 2, 3, all - 3);
        long[] shape = {1, all - 1, c.width()};
        tensors.add(new TensorLayout(name, shape, all - 1, List.of(times, others)));
        Part type = new Part(name, "W", false, 0, 2, 1);
        long[] row = {1, 1, c.width()};
        tensors.add(new TensorLayout(name + "_token", row, 1, List.of(type)));
    }

    private void whole(String tensor, String layer, String key, long... shape) {
        long rows = shape.length == 3 ? shape[1] : shape[0];
        Part all = new Part(layer, key, false, 0, 0, rows);
        tensors.add(new TensorLayout(tensor, shape, rows, List.of(all)));
    }
}
