package org.dl4jplugins.align.generation;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.transformer.AttentionVertex;
import org.dl4jplugins.align.transformer.PositionEmbedding;

/** How many tokens a model has positions for. */
final class ModelLimit {
    private ModelLimit() {}

    /**
     * The least number of positions of a decoder's embeddings.
     *
     * @return {@link Integer#MAX_VALUE} if nothing limits them, or prompt and new tokens have
     *     positions of their own, behind an encoder
     */
    static int of(ComputationGraphConfiguration configuration) {
        int least = Integer.MAX_VALUE;
        if (configuration.getNetworkInputs().size() > 1) {
            return least;
        }
        for (GraphVertex vertex : configuration.getVertices().values()) {
            int positions = positions(vertex);
            least = positions > 0 ? Math.min(least, positions) : least;
        }
        return least;
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
