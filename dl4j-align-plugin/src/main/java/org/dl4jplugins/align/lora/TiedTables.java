package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TiedEmbedding;
import org.dl4jplugins.align.transformer.TiedProjection;

/** Tables that are looked up with increments and used elsewhere without. */
final class TiedTables {
    private TiedTables() {}

    /**
     * Refuses to merge increments that others who use the table do not have.
     *
     * @throws IllegalArgumentException naming the embedding and the other user
     */
    static void requireNone(ComputationGraph graph) {
        graph.getConfiguration()
                .getVertices()
                .forEach((name, vertex) -> requireUntied(graph, name, vertex));
    }

    private static void requireUntied(ComputationGraph graph, String name, GraphVertex vertex) {
        String embedding = null;
        if (vertex instanceof TiedProjection tied) {
            embedding = tied.getEmbedding();
        } else if (vertex instanceof TiedEmbedding tied) {
            embedding = tied.getEmbedding();
        }
        if (embedding != null
                && graph.getLayer(embedding) instanceof TokenEmbeddingLoraRuntime layer
                && !layer.layerConf().getIncrements().isEmpty()) {
            throw new IllegalArgumentException(
                    "Increments of embedding \""
                            + embedding
                            + "\" cannot be merged: \""
                            + name
                            + "\" uses the same table without them and would change. Keep the"
                            + " adapter unmerged, or leave the embedding out of its targets");
        }
    }
}
