package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One graph's backward passes on weighted losses: before each the weights are put on, afterwards
 * they are taken off again, also from the gradients of what belongs to one task only.
 */
final class WeightedPass {

    private final ComputationGraph graph;
    private final TaskStructure structure;
    private final WalkMemory memory;
    private final List<LossSlot> slots = new ArrayList<>();
    private final List<List<long[]>> own = new ArrayList<>();
    private double[] weights;

    WeightedPass(ComputationGraph graph) {
        this.graph = graph;
        structure = TaskStructure.of(graph);
        memory = new WalkMemory(graph);
        for (int t = 0; t < structure.tasks().size(); t++) {
            slots.add(LossSlot.of(structure, t));
            own.add(structure.ownRanges(t));
        }
    }

    boolean fits(ComputationGraph other) {
        return other == graph && structure.describes(other);
    }

    List<String> tasks() {
        return structure.tasks();
    }

    /**
     * @throws IllegalArgumentException if labels are missing or their example counts differ
     * @throws NonFiniteGradientException if a loss is not finite
     */
    TaskLosses losses() {
        TaskLosses losses = TaskLosses.of(graph, structure, memory);
        losses.checkFinite(structure);
        return losses;
    }

    /** Puts weights on the losses for the coming backward pass. */
    void weigh(double[] w) {
        weights = w;
        for (int t = 0; t < w.length; t++) {
            slots.get(t).weigh(w[t]);
        }
    }

    /** Ends a step, also one that was interrupted; tells its weights, null if there are none. */
    double[] plain() {
        slots.forEach(LossSlot::plain);
        double[] done = weights;
        weights = null;
        return done;
    }

    /** Divides the gradients of what belongs to one task only by its weight. */
    void plainOwnGradients(double[] w) {
        INDArray gradients = gradients();
        for (int t = 0; t < w.length; t++) {
            if (w[t] != 1) {
                for (long[] r : own.get(t)) {
                    gradients.get(NDArrayIndex.interval(r[0], r[1])).divi(w[t]);
                }
            }
        }
    }

    /**
     * @throws NonFiniteGradientException if the gradient of a layer is not finite
     */
    void checkFinite() {
        INDArray gradients = gradients();
        if (finite(gradients)) {
            return;
        }
        for (GraphVertex v : structure.order()) {
            int i = v.getVertexIndex();
            long from = structure.flatOffset(i);
            long to = from + structure.vertexLength(i);
            if (to > from && !finite(gradients.get(NDArrayIndex.interval(from, to)))) {
                int task = structure.owner(i);
                throw task < 0
                        ? NonFiniteGradientException.sum(v.getVertexName())
                        : NonFiniteGradientException.gradient(
                                structure.tasks().get(task), v.getVertexName());
            }
        }
    }

    private static boolean finite(INDArray values) {
        return Double.isFinite(values.sumNumber().doubleValue());
    }

    private INDArray gradients() {
        INDArray flat = graph.getFlattenedGradients();
        return flat.reshape(flat.length());
    }
}
