package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/** Finds the layers that belong to some tasks only. */
public final class TaskLayers {

    private TaskLayers() {}

    /**
     * The parameters of all layers that at least one of the given tasks and none of the others
     * depends on, running statistics included.
     *
     * @param graph an initialized graph with at least two loss outputs
     * @param tasks for each task (network output) whether it is given
     * @return ranges {from, to} in the graph's flattened parameters, ascending
     * @throws IllegalArgumentException if the graph has fewer than two outputs, an output is not a
     *     loss layer, or the length of {@code tasks} is not the number of outputs
     */
    public static List<long[]> usedOnlyBy(ComputationGraph graph, boolean[] tasks) {
        TaskStructure structure = TaskStructure.of(graph);
        if (tasks.length != structure.tasks().size()) {
            throw new IllegalArgumentException(
                    "tasks: "
                            + tasks.length
                            + " values for the "
                            + structure.tasks().size()
                            + " tasks "
                            + structure.tasks());
        }
        List<long[]> ranges = new ArrayList<>();
        for (GraphVertex v : structure.order()) {
            int i = v.getVertexIndex();
            boolean given = false;
            boolean other = false;
            for (int t = 0; t < tasks.length; t++) {
                given |= tasks[t] && structure.visits(t, i);
                other |= !tasks[t] && structure.visits(t, i);
            }
            if (given && !other && structure.vertexLength(i) > 0) {
                long from = structure.flatOffset(i);
                long to = from + structure.vertexLength(i);
                long[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
                if (last != null && last[1] == from) {
                    last[1] = to;
                } else {
                    ranges.add(new long[] {from, to});
                }
            }
        }
        return ranges;
    }
}
