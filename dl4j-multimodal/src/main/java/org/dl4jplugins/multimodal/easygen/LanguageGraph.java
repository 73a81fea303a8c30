package org.dl4jplugins.multimodal.easygen;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.transformer.TokenEmbedding;

/**
 * What a projection has to know of a language model's graph.
 *
 * @param embedding name of the layer that embeds {@code input_ids}
 * @param width of its vectors
 * @param encoded name of the vertex whose output a decoder attends to; null for a decoder alone
 */
record LanguageGraph(String embedding, int width, String encoded) {
    static final String IDS = "input_ids";
    static final String DECODER_IDS = "decoder_input_ids";
    static final String LOGITS = "logits";

    /**
     * Looks at a graph.
     *
     * @throws IllegalArgumentException if it is no language model of the align plugin
     */
    static LanguageGraph of(ComputationGraphConfiguration graph) {
        List<String> inputs = graph.getNetworkInputs();
        Require.that(
                inputs.equals(List.of(IDS)) || inputs.equals(List.of(IDS, DECODER_IDS)),
                "inputs of the language model",
                inputs,
                "[" + IDS + "], with " + DECODER_IDS + " behind an encoder, and no others");
        Require.that(
                graph.getNetworkOutputs().equals(List.of(LOGITS)),
                "outputs of the language model",
                graph.getNetworkOutputs(),
                "[" + LOGITS + "]: load it with its language modeling head");
        for (Map.Entry<String, GraphVertex> entry : graph.getVertices().entrySet()) {
            if (graph.getVertexInputs().get(entry.getKey()).equals(List.of(IDS))
                    && entry.getValue() instanceof LayerVertex vertex
                    && unwrapped(vertex) instanceof TokenEmbedding embedding) {
                return new LanguageGraph(
                        entry.getKey(),
                        (int) embedding.getNOut(),
                        inputs.contains(DECODER_IDS) ? encoded(graph) : null);
            }
        }
        throw new IllegalArgumentException(
                "the language model must embed " + IDS + " by a TokenEmbedding, it has none");
    }

    private static Layer unwrapped(LayerVertex vertex) {
        Layer layer = vertex.getLayerConf().getLayer();
        return layer instanceof LoraLayer lora ? lora.getUnderlying() : layer;
    }

    /** The vertex on the encoder's side that vertices on the decoder's side read. */
    private static String encoded(ComputationGraphConfiguration graph) {
        Set<String> read = new LinkedHashSet<>();
        graph.getVertexInputs()
                .forEach(
                        (name, sources) -> {
                            if (name.startsWith("decoder.")) {
                                sources.stream()
                                        .filter(source -> source.startsWith("encoder."))
                                        .forEach(read::add);
                            }
                        });
        Require.that(
                read.size() == 1,
                "vertices of the encoder that the decoder reads",
                read,
                "exactly one");
        return read.iterator().next();
    }

    boolean hasEncoder() {
        return encoded != null;
    }
}
