package org.dl4jplugins.mtl.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;

/**
 * Which vertices an output depends on, in graphs with or without stacked streams.
 *
 * <p>In a graph with stacks, plain reachability is too coarse: through the stack every output seems
 * to depend on every task's own layers. Here each stream is followed by itself: a slice leads into
 * one stream, a stack leads on to that stream's input only.
 */
public final class StreamDependencies {
    static final int WHOLE = -1;
    static final int NOTHING = -2;

    private record Place(String vertex, int stream) {}

    private StreamDependencies() {}

    /**
     * Whether a graph works with stacked streams.
     *
     * @param configuration the graph
     * @return true if any vertex stacks, slices or repeats streams
     */
    public static boolean inUse(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream()
                .anyMatch(StreamVertex.class::isInstance);
    }

    /**
     * The vertices that can change a vertex's activations.
     *
     * @param configuration the graph
     * @param vertex name of a vertex, usually a network output
     * @return names of the vertices it depends on, itself and network inputs included; order is
     *     that of the walk from the vertex upwards
     * @throws IllegalArgumentException if the graph has no such vertex
     */
    public static Set<String> of(ComputationGraphConfiguration configuration, String vertex) {
        if (!configuration.getVertices().containsKey(vertex)
                && !configuration.getNetworkInputs().contains(vertex)) {
            throw new IllegalArgumentException(
                    "vertex \""
                            + vertex
                            + "\" does not exist; there are "
                            + configuration.getVertices().keySet());
        }
        Set<Place> seen = new HashSet<>();
        Set<String> names = new LinkedHashSet<>();
        Deque<Place> open = new ArrayDeque<>();
        open.add(new Place(vertex, WHOLE));
        while (!open.isEmpty()) {
            Place place = open.remove();
            if (!seen.add(place)) {
                continue;
            }
            names.add(place.vertex());
            GraphVertex v = configuration.getVertices().get(place.vertex());
            List<String> inputs =
                    configuration.getVertexInputs().getOrDefault(place.vertex(), List.of());
            for (int i = 0; i < inputs.size(); i++) {
                int stream =
                        v instanceof StreamVertex streamVertex
                                ? streamVertex.streamOfInput(place.stream(), i)
                                : place.stream();
                if (stream != NOTHING) {
                    open.add(new Place(inputs.get(i), stream));
                }
            }
        }
        return names;
    }
}
