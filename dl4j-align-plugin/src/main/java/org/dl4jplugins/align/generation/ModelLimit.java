package org.dl4jplugins.align.generation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.PositionEmbedding;

/** How many tokens a model has positions for. */
final class ModelLimit {
    private static final String IDS = "input_ids";
    private static final String DECODER_IDS = "decoder_input_ids";

    private ModelLimit() {}

    /**
     * The least number of positions of a decoder's embeddings; further inputs, such as images, may
     * have positions of their own.
     *
     * @return {@link Integer#MAX_VALUE} if nothing limits them, or prompt and new tokens have
     *     positions of their own, behind an encoder
     */
    static int of(ComputationGraphConfiguration configuration) {
        int least = Integer.MAX_VALUE;
        List<String> inputs = configuration.getNetworkInputs();
        if (inputs.size() > 1 && (inputs.contains(DECODER_IDS) || !inputs.contains(IDS))) {
            return least;
        }
        String ids = inputs.size() == 1 ? inputs.get(0) : IDS;
        Map<String, Boolean> known = new HashMap<>(Map.of(ids, true));
        for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
            int positions = positions(vertex.getValue());
            if (positions > 0 && reads(vertex.getKey(), configuration.getVertexInputs(), known)) {
                least = Math.min(least, positions);
            }
        }
        return least;
    }

    private static boolean reads(
            String vertex, Map<String, List<String>> sources, Map<String, Boolean> known) {
        Boolean reads = known.get(vertex);
        if (reads == null) {
            reads = false;
            for (String source : sources.getOrDefault(vertex, List.of())) {
                reads |= reads(source, sources, known);
            }
            known.put(vertex, reads);
        }
        return reads;
    }

    /** Positions of a vertex, 0 for any number. */
    private static int positions(GraphVertex vertex) {
        if (vertex instanceof AttentionVertex attention) {
            return attention.getRotary() == null ? 0 : attention.getRotary().getMaxLength();
        }
        if (vertex instanceof LayerVertex layer) {
            Layer conf = layer.getLayerConf().getLayer();
            Layer inner = conf instanceof LoraLayer lora ? lora.getUnderlying() : conf;
            return inner instanceof PositionEmbedding table ? table.getMaxPositions() : 0;
        }
        return 0;
    }
}
