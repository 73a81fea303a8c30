package org.dl4jplugins.align.transformer;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;

/** Finds attention that makes decoding token by token wrong: to tokens that are not there yet. */
final class CausalAttention {
    private final Map<String, List<String>> sources;
    private final Map<String, Boolean> decoded = new HashMap<>();

    private CausalAttention(ComputationGraphConfiguration configuration, String input) {
        sources = configuration.getVertexInputs();
        decoded.put(input, true);
    }

    /**
     * Checks all attention to decoded tokens; attention to an encoder may look anywhere.
     *
     * @throws IllegalArgumentException naming a vertex that looks ahead
     */
    static void require(ComputationGraphConfiguration configuration, String input) {
        CausalAttention graph = new CausalAttention(configuration, input);
        for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
            if (vertex.getValue() instanceof AttentionVertex attention
                    && !attention.isCausal()
                    && graph.decoded(configuration.getVertexInputs().get(vertex.getKey()).get(1))) {
                throw new IllegalArgumentException(
                        "attention \""
                                + vertex.getKey()
                                + "\" is not causal, so each token depends on later ones: such a"
                                + " model (an encoder) cannot be decoded token by token");
            }
        }
    }

    private boolean decoded(String vertex) {
        Boolean known = decoded.get(vertex);
        if (known == null) {
            Collection<String> inputs = sources.getOrDefault(vertex, List.of());
            known = inputs.stream().anyMatch(this::decoded);
            decoded.put(vertex, known);
        }
        return known;
    }
}
