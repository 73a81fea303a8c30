package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.PositionEmbedding;

/** Tensor names that follow from a vertex's name, which is a module path. */
final class ModulePath {
    private ModulePath() {}

    /** One binding for each parameter of a vertex, without aliases. */
    static List<WeightBinding> bindings(String name, GraphVertex vertex) {
        List<WeightBinding> bindings = new ArrayList<>();
        if (vertex instanceof LayerVertex layerVertex) {
            Layer layer = layerVertex.getLayerConf().getLayer();
            for (String key : layer.initializer().paramKeys(layer)) {
                bindings.add(binding(name, layer, key));
            }
        }
        return bindings;
    }

    private static WeightBinding binding(String name, Layer layer, String key) {
        boolean transposed = layer instanceof Linear && key.equals("W");
        String tensor = name + (key.equals("b") ? ".bias" : ".weight");
        return new WeightBinding(
                name, key, tensor, shape(name, layer, key), transposed, List.of(), true);
    }

    private static long[] shape(String name, Layer layer, String key) {
        if (layer instanceof PositionEmbedding p) {
            return new long[] {p.getMaxPositions(), p.getNOut()};
        }
        if (layer instanceof FeedForwardLayer f && List.of("W", "b", "g").contains(key)) {
            if (!key.equals("W")) {
                return new long[] {f.getNOut()};
            }
            return layer instanceof Linear
                    ? new long[] {f.getNOut(), f.getNIn()}
                    : new long[] {f.getNIn(), f.getNOut()};
        }
        throw new IllegalArgumentException(
                "no tensor name is known for parameter " + key + " of layer " + name);
    }
}
